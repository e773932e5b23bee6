import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import { apiInfo, apiTags } from '../contract/apiInfo.ts';
import { finishDocument } from '../contract/finishDocument.ts';
import { namedSchemas } from '../contract/namedSchemas.ts';
import { createSchemaRegistry } from '../schemas/registry.ts';

/** What the pages of /docs may load: their own scripts and styles, and this API. */
const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Gathers the contract from the routes that are registered after this. */
export async function addContract(app: FastifyInstance): Promise<void> {
  const schemaRegistry = createSchemaRegistry(namedSchemas);
  const transform = createJsonSchemaTransform({ schemaRegistry });
  const transformObject = createJsonSchemaTransformObject({ schemaRegistry });
  await app.register(swagger, {
    openapi: { openapi: '3.1.1', info: apiInfo, servers: [{ url: '/' }], tags: apiTags },
    transform: (input) => {
      const { schema, url } = transform(input);
      const contract = input.route.config?.contract;
      return { schema: contract ? { ...schema, 'x-contract': contract } : schema, url };
    },
    transformObject: (input) => finishDocument(transformObject(input) as OpenAPIV3_1.Document),
  });
}

/** The contract as pages, at /docs. */
export async function addDocs(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    theme: {
      title: 'assay: REST API',
      // The bar on top is another project's logo and a field for other contracts.
      css: [{ filename: 'assay.css', content: '.swagger-ui .topbar { display: none }' }],
    },
    uiConfig: { deepLinking: true, docExpansion: 'list', tryItOutEnabled: true },
  });
}
