import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AssayError } from '../../core/assayError.ts';
import { type ApiContext, admitClient } from '../apiContext.ts';
import { methodNotAllowed, routeUnknown } from '../errors.ts';
import type { RouteTable } from '../routeTable.ts';

/**
 * Answers what no route takes: 405 with `Allow` where the path exists, else 404. In an early hook, so
 * that the body of such a request is not even read; and tells `Allow` to OPTIONS.
 */
export function addMethods(app: FastifyInstance, context: ApiContext, table: RouteTable): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) {
      admitClient(context, request.ip);
      throw refusal(request, table);
    }
    if (request.method === 'OPTIONS') {
      const allowed = table.allowedMethods(pathOf(request));
      if (allowed.length === 0) throw refusal(request, table);
      reply.header('allow', allowed.join(', '));
    }
    done();
  });
  // Reached where a route itself finds nothing: a file that is not there.
  app.setNotFoundHandler((request) => {
    throw refusal(request, table);
  });
}

function refusal(request: FastifyRequest, table: RouteTable): AssayError {
  const path = pathOf(request);
  const allowed = table.allowedMethods(path);
  return allowed.length === 0 || allowed.includes(request.method)
    ? routeUnknown(path)
    : methodNotAllowed(request.method, allowed.join(', '));
}

/** The path as the router sees it. The router has refused what does not decode. */
function pathOf({ url }: FastifyRequest): string {
  const path = url.split(/[?#;]/, 1)[0] ?? '';
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
