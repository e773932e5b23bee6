import type { OpenAPIV3_1 } from 'openapi-types';
import { AssayError } from '../../core/assayError.ts';
import { type ErrorCode, errorCodes } from '../../core/errorCodes.ts';
import { toProblem } from '../problem.ts';
import type { RouteContract } from './routeContract.ts';

type Operation = OpenAPIV3_1.OperationObject & { 'x-contract'?: RouteContract };
type Response = OpenAPIV3_1.ResponseObject;

const methods = ['get', 'post'] as const;

/** Codes that any route may answer with. */
const commonCodes: readonly ErrorCode[] = ['REQUEST_INVALID', 'RATE_LIMITED', 'INTERNAL_ERROR'];
const bodyCodes: readonly ErrorCode[] = ['PAYLOAD_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'];

const header = (description: string, schema: object, required = true) => ({
  description,
  required,
  schema,
});

const headers = {
  'X-Request-Id': header('Names the request in the log of the service.', { type: 'string' }),
  RateLimit: header(
    'What is left (r) of the budget and seconds (t) until it begins anew: draft-ietf-httpapi-ratelimit-headers.',
    { type: 'string', pattern: '^"default";r=\\d+;t=\\d+$' },
  ),
  'RateLimit-Policy': header('Requests (q) per window (w, seconds) of one client.', {
    type: 'string',
    pattern: '^"default";q=\\d+;w=\\d+$',
  }),
  ETag: header('Entity tag for If-None-Match.', { type: 'string', pattern: '^(W/)?".+"$' }),
  'Cache-Control': header('How long caches may keep the answer.', { type: 'string' }),
  'Retry-After': header('Seconds after which to ask again.', { type: 'integer', minimum: 0 }),
};

type HeaderName = keyof typeof headers;

const everywhere: readonly HeaderName[] = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];

/**
 * Completes what the routes' schemas cannot say: headers, problems with an example of each code,
 * examples of answers. Drops the components that nothing refers to.
 */
export function finishDocument(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  for (const path of Object.values(document.paths ?? {})) {
    for (const method of methods) {
      const operation = path?.[method];
      if (operation) finishOperation(operation);
    }
  }
  const { info, servers, tags, paths = {}, components = {} } = document;
  return {
    openapi: '3.1.1',
    info,
    servers: servers ?? [],
    // Everything is public.
    security: [],
    tags: tags ?? [],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: { headers, schemas: usedSchemas(paths, components.schemas ?? {}) },
  } as OpenAPIV3_1.Document;
}

function finishOperation(operation: Operation): void {
  const contract = operation['x-contract'] ?? {};
  delete operation['x-contract'];
  const responses = (operation.responses ??= {});
  for (const response of Object.values(responses)) {
    if ('$ref' in response) continue;
    response.headers = refer([...everywhere, ...successHeaders(contract)]);
    addExamples(response.content, contract.examples);
  }
  addExamples(requestContent(operation), contract.requestExamples);
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter) continue;
    const example = contract.parameters?.[parameter.name];
    if (example !== undefined) parameter.example = example;
  }
  if (contract.isConditional) {
    responses['304'] = {
      description: 'Unchanged since the entity tag of If-None-Match.',
      headers: refer([...everywhere, ...successHeaders(contract)]),
    };
  }
  const codes = [
    ...(contract.problems ?? []),
    ...commonCodes,
    ...(operation.requestBody ? bodyCodes : []),
  ];
  Object.assign(responses, problemResponses(codes));
}

function successHeaders({ headers: names = [] }: RouteContract): HeaderName[] {
  return names.map((name) => (name === 'etag' ? 'ETag' : 'Cache-Control'));
}

function refer(names: readonly HeaderName[]): Record<string, OpenAPIV3_1.ReferenceObject> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function addExamples(
  content: Response['content'],
  examples: RouteContract['examples'] | undefined,
): void {
  if (!content || !examples) return;
  for (const media of Object.values(content)) {
    media.examples = Object.fromEntries(
      Object.entries(examples).map(([name, value]) => [name, { value }]),
    );
  }
}

function requestContent({ requestBody }: Operation): Response['content'] {
  if (!requestBody || '$ref' in requestBody) return undefined;
  requestBody.required = true;
  return requestBody.content;
}

/** One response per status, with each of its codes as an example. */
function problemResponses(codes: readonly ErrorCode[]): Record<string, Response> {
  const byStatus = Map.groupBy(new Set(codes), (code) => errorCodes[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      String(status),
      {
        description: ofStatus.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join(' '),
        headers: refer([
          ...everywhere,
          ...(status === 429 || ofStatus.includes('ATTESTATION_PENDING')
            ? (['Retry-After'] as const)
            : []),
        ]),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(ofStatus.map((code) => [code, { value: sample(code) }])),
          },
        },
      },
    ]),
  );
}

function sample(code: ErrorCode) {
  return toProblem(new AssayError(code), '5f0c1b2a-1');
}

type Schemas = NonNullable<OpenAPIV3_1.ComponentsObject['schemas']>;

function usedSchemas(paths: unknown, schemas: Schemas): Schemas {
  const used = new Set<string>();
  const waiting: unknown[] = [paths];
  while (waiting.length > 0) {
    for (const [, name = ''] of JSON.stringify(waiting.pop()).matchAll(
      /"#\/components\/schemas\/([^"]+)"/g,
    )) {
      if (used.has(name)) continue;
      used.add(name);
      waiting.push(schemas[name]);
    }
  }
  return Object.fromEntries(
    Object.entries(schemas)
      .filter(([name]) => used.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
