import { z } from 'zod';
import { Deployment } from './asset.ts';
import { assetRef, Backing } from './backing.ts';
import { tokenId } from './figures.ts';
import { GraphEdge } from './graph.ts';
import { EntryProblem } from './problem.ts';

export const TokenBacking = z
  .strictObject({
    token: tokenId,
    asset: assetRef,
    deployment: Deployment,
    backing: Backing,
    edge: GraphEdge.nullable().describe(
      'What is locked for this copy, as attested. Null where the token is no copy, and where the ' +
        'audit did not read the graph: then it is not known.',
    ),
  })
  .describe('What stands behind a token.');

export type TokenBacking = z.infer<typeof TokenBacking>;

const question = {
  chain: z.string().max(60).describe('CAIP-2, such as eip155:1.'),
  address: z.string().min(1).max(200).describe('Contract, mint or coin type.'),
};

export const TokenLookupRequest = z
  .strictObject({ tokens: z.array(z.strictObject(question)).min(1).max(100) })
  .describe('Up to 100 token addresses.');

export type TokenLookupRequest = z.infer<typeof TokenLookupRequest>;

export const TokenLookupEntry = z.discriminatedUnion('found', [
  z.strictObject({ found: z.literal(true), ...question, ...TokenBacking.shape }),
  z.strictObject({ found: z.literal(false), ...question, problem: EntryProblem }),
]);

export type TokenLookupEntry = z.infer<typeof TokenLookupEntry>;

export const TokenLookup = z
  .strictObject({ tokens: z.array(TokenLookupEntry) })
  .describe(
    'One entry per distinct token of the request, in the order and spelling of the first mention.',
  );
