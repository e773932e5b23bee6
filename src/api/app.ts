import { randomBytes } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import {
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
  fastify,
  LogController,
} from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { type ApiContext, createApiContext } from './apiContext.ts';
import type { ApiDependencies } from './apiDependencies.ts';
import { rateLimited } from './errors.ts';
import { addAnswerHeaders, setAnswerHeaders } from './plugins/answerHeaders.ts';
import { addContract, addDocs } from './plugins/contract.ts';
import { addEtag } from './plugins/etag.ts';
import { addMethods } from './plugins/methods.ts';
import { addProblems, answerClientError, sendProblem } from './plugins/problems.ts';
import { addRateLimit } from './plugins/rateLimit.ts';
import { corsOptions, helmetOptions } from './publicHeaders.ts';
import { compileRequestSchema, readBody } from './requestSchemas.ts';
import { addAssetRoutes } from './routes/assets.ts';
import { addAttestationRoute, addVerifyRoute } from './routes/attestations.ts';
import { addBackingRoute } from './routes/backing.ts';
import { addBadgeRoutes } from './routes/badges.ts';
import { addErrorDocsRoute } from './routes/errorDocs.ts';
import { addEvidenceRoute } from './routes/evidence.ts';
import { addGraphRoute } from './routes/graph.ts';
import { addReservesRoute } from './routes/reserves.ts';
import { addServiceRoutes } from './routes/service.ts';
import { addTokenRoutes } from './routes/tokens.ts';
import { createRouteTable, type RouteTable } from './routeTable.ts';

/** Longest part of a path; CAIP-19 references have up to 128 characters. */
const maxPathPart = 200;

/**
 * The API as a Fastify app that does not listen yet: see `startServer`, or `app.inject` in tests.
 *
 * Prepared answers (backing, badges, reserves, graphs, attestations) stand outside of the scope with the
 * plugins that work per request; see `createPreparedSender`. Everything else is in it.
 */
export async function buildApp(dependencies: ApiDependencies): Promise<FastifyInstance> {
  const context = createApiContext(dependencies);
  const app = fastify(serverOptions(context));
  app.setValidatorCompiler(compileRequestSchema);
  app.setSerializerCompiler(serializerCompiler);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => readBody(body),
  );
  app.addHook('onClose', () => context.verifier[Symbol.asyncDispose]());
  const table = createRouteTable(app);
  addProblems(app);
  addAnswerHeaders(app, context);
  await addContract(app);
  const routes = app.withTypeProvider<ZodTypeProvider>();
  addBackingRoute(routes, context);
  addBadgeRoutes(routes, context);
  addReservesRoute(routes, context);
  addGraphRoute(routes, context);
  addAttestationRoute(routes, context);
  await app.register((scope) => addOtherRoutes(scope, context, table));
  await app.ready();
  return app;
}

async function addOtherRoutes(
  scope: FastifyInstance,
  context: ApiContext,
  table: RouteTable,
): Promise<void> {
  scope.addHook('onResponse', async (request, reply) => {
    const { url = '(none)' } = request.routeOptions;
    context.metrics.observeDuration(url, reply.elapsedTime / 1000);
    request.log.info({
      requestId: request.id,
      method: request.method,
      url: request.url,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    });
  });
  await scope.register(helmet, helmetOptions);
  addMethods(scope, context, table);
  await scope.register(cors, corsOptions);
  await addRateLimit(scope, context);
  await addEtag(scope);
  const routes = scope.withTypeProvider<ZodTypeProvider>();
  addAssetRoutes(routes, context);
  addTokenRoutes(routes, context);
  addEvidenceRoute(routes, context);
  addServiceRoutes(routes, context);
  addErrorDocsRoute(routes);
  await scope.register((inner) =>
    addVerifyRoute(inner.withTypeProvider<ZodTypeProvider>(), context),
  );
  await addDocs(scope);
}

function serverOptions(context: ApiContext): FastifyServerOptions {
  const { logger, trustProxy = [] } = context.dependencies;
  return {
    bodyLimit: context.limits.bodyBytes,
    requestTimeout: 30_000,
    // Nobody keeps a file open by not taking it.
    connectionTimeout: context.limits.idleSeconds * 1000,
    // A proxy in front must not find a connection closed that it is about to use.
    keepAliveTimeout: 72_000,
    // What is under way when the server closes is answered, not cut off with a body of its own.
    return503OnClosing: false,
    routerOptions: { maxParamLength: maxPathPart },
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    // Nothing that a client sends but method and path is logged; this keeps it so if that changes.
    logger: logger ? { ...logger, redact: ['headers', '*.headers', '*.authorization'] } : false,
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all: the id of the request is in each line, and costs nothing where there is none.
    childLoggerFactory: (parent) => parent,
    genReqId: createRequestIds(),
    frameworkErrors: (error, request, reply) => {
      // No hook runs for these: what hooks do for others is done here.
      const { isExceeded, resetSeconds } = context.budget.take(context.clientKey(request.ip));
      setAnswerHeaders(context, request, reply);
      sendProblem(isExceeded ? rateLimited(resetSeconds) : error, request, reply);
      context.metrics.answerCell(request.method, '(none)', reply.statusCode).count += 1;
    },
    clientErrorHandler: answerClientError,
  };
}

/** Request ids that no other process gives: a random name of this one, and a number. */
function createRequestIds(): () => string {
  const prefix = randomBytes(4).toString('hex');
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}
