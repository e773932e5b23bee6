import type { OpenAPIV3_1 } from 'openapi-types';
import { AssayError } from '../../core/assayError.ts';
import { type ErrorCode, errorCodes } from '../../core/errorCodes.ts';
import { toProblem } from '../problem.ts';
import { referToHeaders, requestHeaders } from './headerComponents.ts';

/** Any code by itself, as `Object.keys` cannot say. */
const codes = Object.keys(errorCodes) as readonly ErrorCode[];

/** The answers of an operation that may end in these codes: one per status. */
export function referToProblems(
  ofOperation: readonly ErrorCode[],
): Record<string, OpenAPIV3_1.ReferenceObject | OpenAPIV3_1.ResponseObject> {
  const byStatus = Map.groupBy(new Set(ofOperation), (code) => errorCodes[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      String(status),
      ofStatus.length === 1
        ? { $ref: `#/components/responses/${ofStatus[0]}` }
        : problemResponse(ofStatus),
    ]),
  );
}

/** One response per code, for `components`. */
export function problemResponses(): Record<ErrorCode, OpenAPIV3_1.ResponseObject> {
  return byCode((code) => problemResponse([code]));
}

/** One example per code, for `components`. */
export function problemExamples(): Record<ErrorCode, OpenAPIV3_1.ExampleObject> {
  return byCode((code) => ({ value: toProblem(new AssayError(code), '5f0c1b2a-1') }));
}

function problemResponse(ofStatus: readonly ErrorCode[]): OpenAPIV3_1.ResponseObject {
  const tellsWhen = ofStatus.some((code) => errorCodes[code].retry);
  return {
    description: ofStatus.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join(' '),
    headers: referToHeaders([...requestHeaders, ...(tellsWhen ? (['Retry-After'] as const) : [])]),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(
          ofStatus.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
        ),
      },
    },
  };
}

function byCode<T>(make: (code: ErrorCode) => T): Record<ErrorCode, T> {
  return Object.fromEntries(codes.map((code) => [code, make(code)])) as Record<ErrorCode, T>;
}
