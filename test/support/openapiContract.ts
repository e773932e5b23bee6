import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { LightMyRequestResponse } from 'fastify';
import { parse } from 'yaml';

export interface ContractOperation {
  readonly id: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  /** Statuses that it may answer with. */
  readonly statuses: readonly string[];
}

/** What of an answer the contract speaks of. */
export type ContractAnswer = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body'>;

/** openapi.yaml as a judge of requests and responses. */
export interface OpenapiContract {
  readonly document: unknown;
  readonly operations: readonly ContractOperation[];
  /** What is wrong with an answer: empty if it is as the contract says. */
  judgeResponse(operation: ContractOperation, response: ContractAnswer): string[];
  /** What is wrong with a body that is to be sent. */
  judgeRequestBody(operation: ContractOperation, body: unknown): string[];
  /** What is wrong with a value, against the schema at this place. */
  judge(place: readonly string[], value: unknown): string[];
  /** The value at a place, references resolved; undefined where there is none. */
  at(place: readonly string[]): unknown;
}

const documentId = 'https://contract.test/openapi';

/** Reads the committed contract. */
export function readContract(): OpenapiContract {
  const document: unknown = parse(
    readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8'),
  );
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: documentId, document: relocate(document) });

  function find(place: readonly string[]): readonly string[] {
    let node: unknown = document;
    let path: readonly string[] = [];
    for (const key of place) {
      node = isRecord(node) ? node[key] : undefined;
      path = [...path, key];
      if (isRecord(node) && typeof node.$ref === 'string') {
        path = node.$ref.slice(2).split('/');
        node = get(document, path);
      }
    }
    return path;
  }

  function judge(place: readonly string[], value: unknown): string[] {
    const validate = compile(find(place));
    validate(value);
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${place.join(' ')}: ${instancePath} ${message}`,
    );
  }

  function compile(place: readonly string[]): ValidateFunction {
    const schema = get(document, place);
    if (schema === undefined) throw new Error(`the contract has nothing at ${place.join(' ')}`);
    return ajv.compile(relocate(schema));
  }

  return {
    document,
    operations: listOperations(document),
    judge,
    at: (place) => get(document, find(place)),
    judgeRequestBody: ({ path, method }, body) =>
      judge(['paths', path, method, 'requestBody', 'content', 'application/json', 'schema'], body),
    judgeResponse({ path, method }, response) {
      const status = String(response.statusCode);
      const place = ['paths', path, method, 'responses', status];
      const documented = get(document, find(place));
      if (!isRecord(documented))
        return [`${method} ${path} answers ${status}, which is not documented`];
      const found: string[] = [];
      for (const name of Object.keys(toRecord(documented.headers))) {
        const at = [...place, 'headers', name];
        const value = response.headers[name.toLowerCase()];
        const { required, schema } = toRecord(get(document, find(at)));
        if (value === undefined) {
          if (required === true) found.push(`${method} ${path} ${status} lacks ${name}`);
          continue;
        }
        const isInteger = toRecord(schema).type === 'integer';
        found.push(...judge([...at, 'schema'], isInteger ? Number(value) : value));
      }
      const content = toRecord(documented.content);
      const mediaType = String(response.headers['content-type'] ?? '').split(';')[0] ?? '';
      if (Object.keys(content).length === 0) {
        if (response.body !== '') found.push(`${method} ${path} ${status} has a body`);
      } else if (!(mediaType in content)) {
        found.push(`${method} ${path} ${status} has the undocumented media type ${mediaType}`);
      } else {
        const body: unknown = mediaType.endsWith('json')
          ? JSON.parse(response.body)
          : response.body;
        found.push(...judge([...place, 'content', mediaType, 'schema'], body));
      }
      return found;
    },
  };
}

function listOperations(document: unknown): ContractOperation[] {
  return Object.entries(toRecord(toRecord(document).paths)).flatMap(([path, item]) =>
    (['get', 'post'] as const).flatMap((method) => {
      const operation = toRecord(item)[method];
      if (!isRecord(operation)) return [];
      const statuses = Object.keys(toRecord(operation.responses));
      return [{ id: String(operation.operationId), method, path, statuses }];
    }),
  );
}

/** A schema whose references lead into the registered document. */
function relocate(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string'
      ? value.replace('#/', `${documentId}#/document/`)
      : value,
  );
}

function get(root: unknown, place: readonly string[]): unknown {
  return place.reduce((node, key) => (isRecord(node) ? node[key] : undefined), root);
}

function toRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
