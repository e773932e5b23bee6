import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { AssayError } from '../core/assayError.ts';
import { jsonPointer } from '../core/jsonPointer.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import { describeJsonFault, readJsonBytes } from '../core/readJson.ts';
import type { JsonBounds } from '../core/scanJson.ts';
import { requestInvalid } from './errors.ts';

/** What is read of a body; its bytes are bounded before. */
const bodyBounds: Omit<JsonBounds, 'length'> = {
  depth: 16,
  values: 10_000,
  members: 100,
  string: 10_000,
};

/** The value of a JSON body. @throws AssayError REQUEST_INVALID */
export function readBody(bytes: Uint8Array): unknown {
  const reading = readJsonBytes(bytes, { length: bytes.length, ...bodyBounds });
  if (reading.ok) return reading.value;
  throw requestInvalid(
    `the body is not the JSON of a request (${describeJsonFault(reading.fault)})`,
  );
}

/** Holds a part of a request to its schema, up to its first fault. */
export const compileRequestSchema: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart = 'body' }) =>
  (value) => {
    const parsed = parseToFirstFault(schema, value);
    if (parsed.success) return { value: parsed.data };
    const { path, message } = parsed.issue;
    return {
      error: new AssayError('REQUEST_INVALID', {
        message: 'the request does not follow the API at the place named in errors',
        facts: {
          pointer: `/${httpPart}${jsonPointer(path)}`.slice(0, 200),
          detail: message.slice(0, 500),
        },
      }),
    };
  };
