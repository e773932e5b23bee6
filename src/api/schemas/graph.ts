import { z } from 'zod';
import { maxDecimals } from '../../core/reportLimits.ts';
import { AttestationRef, assetRef, BackingStatus } from './backing.ts';
import { amount, btc, ChainPoint, ratio, signedAmount, tokenId, unixTime } from './figures.ts';

const around = z
  .strictObject({ from: ChainPoint, to: ChainPoint })
  .describe(
    'The two blocks between which the figure holds, where the chain answers only as of now; null ' +
      'where it holds at the point.',
  );

const fault = z
  .strictObject({ code: z.string(), message: z.string() })
  .describe('Why the figure is not known.');

const deployment = z
  .strictObject({
    token: tokenId,
    kind: z.enum(['canonical', 'bridged']),
    lockbox: z
      .string()
      .nullable()
      .describe(
        'What locks the tokens that this is a copy of, or part of it where it is canonical; `unknown` ' +
          'where nobody has found it.',
      ),
    amount: amount.nullable().describe('The supply in units of the token. Null is unknown.'),
    decimals: z.int().min(0).max(maxDecimals),
    point: ChainPoint.nullable(),
    around: around.nullable(),
    fault: fault.optional(),
  })
  .describe('A token of the graph and how much of it there is.');

export const GraphEdge = z
  .strictObject({
    lockbox: z.string().describe('Its key in the registry, or `unknown`.'),
    contract: z.string().nullable(),
    locks: tokenId.nullable().describe('The token that lies there.'),
    copies: z.array(tokenId).describe('All tokens that are minted against it.'),
    locked: amount.nullable().describe('With 18 decimals. Null is unknown, which is not zero.'),
    lockedBtc: btc.nullable(),
    lockedPoint: ChainPoint.nullable().describe('The block at which the lockbox was read.'),
    lockedAround: around.nullable(),
    lockedFault: fault.optional(),
    minted: amount.nullable().describe('With 18 decimals. Null is unknown, which is not zero.'),
    mintedBtc: btc.nullable(),
    surplus: signedAmount
      .nullable()
      .describe('Locked minus minted, with 18 decimals; negative for a shortfall.'),
    surplusBtc: btc.nullable(),
    ratio: ratio.nullable().describe('Locked divided by minted, 8 places, truncated.'),
    verdict: z
      .enum(['backed', 'in-flight', 'under-backed', 'unknown'])
      .describe(
        'As attested at `observedAt`. `in-flight`: less is locked than minted, as much and as long as ' +
          'the policy of the edge allows.',
      ),
    reason: z.string().describe('One sentence; empty where the figures say it all.'),
  })
  .describe("What one contract locks of one token. A shortfall is the bridge's and its holders'.");

export type GraphEdge = z.infer<typeof GraphEdge>;

export const Graph = z
  .strictObject({
    schema: z.literal('assay.asset-graph/1'),
    asset: assetRef,
    status: BackingStatus,
    graph: z.strictObject({ deployments: z.array(deployment), edges: z.array(GraphEdge) }),
    observedAt: unixTime,
    validUntil: unixTime,
    attestation: AttestationRef,
  })
  .describe("What backs the copies of an asset's tokens, edge by edge.");

export type Graph = z.infer<typeof Graph>;
