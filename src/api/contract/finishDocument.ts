import type { OpenAPIV3_1 } from 'openapi-types';
import type { ErrorCode } from '../../core/errorCodes.ts';
import {
  type HeaderName,
  headerComponents,
  referToHeaders,
  requestHeaders,
} from './headerComponents.ts';
import { problemExamples, problemResponses, referToProblems } from './problemComponents.ts';
import type { RouteContract } from './routeContract.ts';

type Operation = OpenAPIV3_1.OperationObject & { 'x-contract'?: RouteContract };
type Content = OpenAPIV3_1.ResponseObject['content'];
type Components = Record<string, Record<string, unknown>>;

const methods = ['get', 'post'] as const;

/** Codes that any operation may answer with, and those that come with a body. */
const commonCodes: readonly ErrorCode[] = ['REQUEST_INVALID', 'RATE_LIMITED', 'INTERNAL_ERROR'];
const bodyCodes: readonly ErrorCode[] = ['PAYLOAD_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'];

/**
 * Completes what the schemas of the routes cannot say: headers, problems with an example of each
 * code, examples of answers. Drops the components that nothing refers to.
 */
export function finishDocument(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const paths = sortKeys(mergeInputs(document.paths ?? {}));
  for (const path of Object.values(paths)) {
    for (const method of methods) {
      const operation = path?.[method];
      if (operation) finishOperation(operation);
    }
  }
  return {
    openapi: '3.1.1',
    info: document.info,
    servers: document.servers ?? [],
    // Everything is public.
    security: [],
    tags: document.tags ?? [],
    paths,
    components: keepUsed(paths, {
      headers: headerComponents,
      responses: problemResponses(),
      examples: problemExamples(),
      schemas: document.components?.schemas ?? {},
    }),
  };
}

/**
 * Each schema comes twice, as it is read (`…Input`) and written. None here transforms, so that both
 * are the same.
 */
function mergeInputs(paths: OpenAPIV3_1.PathsObject): OpenAPIV3_1.PathsObject {
  return JSON.parse(JSON.stringify(paths), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace(/Input$/, '') : value,
  );
}

function finishOperation(operation: Operation): void {
  const contract = operation['x-contract'] ?? {};
  delete operation['x-contract'];
  const headers = referToHeaders(successHeaders(contract));
  const responses = operation.responses ?? {};
  for (const response of Object.values(responses)) {
    if ('$ref' in response) continue;
    response.headers = headers;
    addExamples(response.content, contract.examples);
  }
  const { requestBody } = operation;
  if (requestBody && !('$ref' in requestBody)) {
    requestBody.required = true;
    addExamples(requestBody.content, contract.requestExamples);
  }
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter) continue;
    const example = contract.parameters?.[parameter.name];
    if (example !== undefined) parameter.example = example;
  }
  operation.responses = {
    ...responses,
    ...(contract.isConditional
      ? { 304: { description: 'Unchanged since the entity tag of If-None-Match.', headers } }
      : {}),
    ...referToProblems([
      ...commonCodes,
      ...(contract.problems ?? []),
      ...(requestBody ? bodyCodes : []),
    ]),
  };
}

function successHeaders({ headers = [], isPrepared = false }: RouteContract): HeaderName[] {
  const own = headers.map((name) => (name === 'etag' ? 'ETag' : 'Cache-Control'));
  return isPrepared ? own : [...requestHeaders, ...own];
}

function addExamples(content: Content, examples: RouteContract['examples']): void {
  if (!content || !examples) return;
  for (const media of Object.values(content)) {
    media.examples = Object.fromEntries(
      Object.entries(examples).map(([name, value]) => [name, { value }]),
    );
  }
}

/** The components that the paths refer to, directly or through each other. */
function keepUsed(paths: unknown, components: Components): Components {
  const used = new Set<string>();
  const waiting: unknown[] = [paths];
  while (waiting.length > 0) {
    const text = JSON.stringify(waiting.pop() ?? null);
    for (const [, kind = '', name = ''] of text.matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (used.has(`${kind}/${name}`)) continue;
      used.add(`${kind}/${name}`);
      waiting.push(components[kind]?.[name]);
    }
  }
  return Object.fromEntries(
    Object.entries(components).map(([kind, ofKind]) => [
      kind,
      sortKeys(
        Object.fromEntries(Object.entries(ofKind).filter(([name]) => used.has(`${kind}/${name}`))),
      ),
    ]),
  );
}

function sortKeys<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
