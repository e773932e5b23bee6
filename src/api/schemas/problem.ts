import { z } from 'zod';
import { errorCodes } from '../../core/errorCodes.ts';

const code = z.enum(Object.keys(errorCodes)).describe('One of a closed set; see /docs/errors.');

/** Problem details (RFC 9457): the body of every error. */
export const Problem = z
  .strictObject({
    type: z.string().describe('Where the code is explained, relative to this server.'),
    title: z.string().describe('What the code means; the same for every occurrence.'),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What was wrong this time, with which input.'),
    code,
    fix: z.string().describe('What to do about it.'),
    requestId: z.string().describe('As in X-Request-Id; quote it when you report the problem.'),
    errors: z
      .array(
        z.strictObject({
          pointer: z
            .string()
            .describe('JSON Pointer into the request, as /body/tokens/0/chain or /params/id.'),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('The places of the request that do not follow the API.'),
  })
  .describe('Problem details (RFC 9457).');

export type Problem = z.infer<typeof Problem>;

/** A problem that concerns one entry of a list that was otherwise answered. */
export const EntryProblem = Problem.omit({ requestId: true, errors: true }).describe(
  'Why one entry could not be answered.',
);

export type EntryProblem = z.infer<typeof EntryProblem>;
