import { z } from 'zod';
import {
  amount,
  btc,
  ChainPoint,
  digest,
  isoTime,
  Moment,
  ratio,
  sats,
  signedAmount,
  signerAddress,
  tokenId,
  unixTime,
} from './figures.ts';
import { Grades } from './grades.ts';

export const BackingStatus = z
  .enum(['backed', 'under-backed', 'indeterminate', 'stale'])
  .describe(
    'What to show now. `stale`: the last attestation has expired, whatever its verdict was.',
  );

export type BackingStatus = z.infer<typeof BackingStatus>;

export const verdict = z
  .enum(['backed', 'under-backed', 'indeterminate'])
  .describe('As attested at `observedAt`. Show `status`, which knows about expiry.');

export const assetRef = z.strictObject({ id: z.string(), name: z.string(), symbol: z.string() });

export const AttestationRef = z
  .strictObject({
    id: digest.describe('EIP-712 digest of the statement.'),
    signer: signerAddress,
    url: z.string(),
    evidence: z
      .strictObject({
        digest: digest.describe('Of the uncompressed bundle, as the report names it.'),
        url: z.string().describe('There while the service keeps it.'),
      })
      .nullable()
      .describe(
        'The bundle from which all figures can be derived again; null where there is none.',
      ),
  })
  .describe('The signed statement that an answer rests on.');

export const Reason = z
  .strictObject({
    code: z.string(),
    message: z.string(),
    subject: z.string().optional().describe('The token, address or source that it concerns.'),
  })
  .describe('Why the verdict is not `backed`.');

const agreement = z
  .strictObject({ operators: z.int().min(0), of: z.int().min(0) })
  .describe('How many operators stand behind a figure, of how many that were asked.');

const claim = z
  .strictObject({
    kind: z.enum(['chainlink-por', 'issuer-feed']),
    name: z.string(),
    side: z.enum(['reserves', 'supply']),
    amount: amount.nullable(),
    decimals: z.int().min(0).max(36),
    publishedAt: unixTime.nullable(),
    stale: z.boolean().nullable(),
    difference: signedAmount.nullable().describe('Claim minus figure, with 18 decimals.'),
    fault: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  })
  .describe('What an issuer or feed says of itself: shown, and never decisive.');

const window = z
  .strictObject({
    fromHeight: z.int().min(0),
    toHeight: z.int().min(0),
    reserves: z.strictObject({ lowestSats: sats, highestSats: sats }),
    supply: z.strictObject({ lowest: amount, highest: amount, decimals: z.literal(18) }),
    holdsAcrossWindow: z
      .boolean()
      .describe('Whether the worst and the best pair of the window give the same verdict.'),
  })
  .describe('The extremes from the audited block to the tip.');

export const Backing = z
  .strictObject({
    schema: z.literal('assay.backing/1'),
    asset: assetRef,
    pool: z
      .strictObject({ name: z.string(), assets: z.array(z.string()) })
      .nullable()
      .describe('The shared pool, where the figures are those of all its assets together.'),
    status: BackingStatus,
    verdict,
    restsOnBounds: z
      .boolean()
      .describe(
        'Whether `backed` follows from a lower bound of the reserves, or an upper one of the supply.',
      ),
    reasons: z.array(Reason),
    reserves: z.strictObject({
      sats: sats.nullable().describe('Null is unknown, which is not zero.'),
      btc: btc.nullable(),
      complete: z
        .boolean()
        .describe('False where custody addresses are missing or the sum is unknown.'),
      atLeast: z
        .strictObject({ sats, btc, addresses: z.int().min(0), of: z.int().min(0) })
        .nullable()
        .describe('What is certain where `sats` is null: a lower bound and nothing else.'),
      agreement: agreement.describe('The fewest operators that agree on any one address.'),
      disputes: z
        .int()
        .min(0)
        .describe('Outputs or sums on which operators differ; the attestation lists them.'),
      grades: Grades,
      point: ChainPoint.nullable(),
      moment: Moment.nullable().describe('Null without a block, and in old attestations.'),
    }),
    supply: z.strictObject({
      amount: amount.nullable().describe('Null is unknown, which is not zero.'),
      decimals: z.literal(18),
      btc: btc.nullable(),
      atLeast: z
        .strictObject({ amount, deployments: z.int().min(0), of: z.int().min(0) })
        .nullable()
        .describe('What is owed for certain where `amount` is null; null where nothing is.'),
      atMost: z
        .strictObject({ amount, deployments: z.int().min(0), of: z.int().min(0) })
        .nullable()
        .describe('What is owed at most where `amount` is null; null where no limit is known.'),
      complete: z.boolean(),
      deployments: z.array(
        z.strictObject({
          token: tokenId,
          symbol: z.string(),
          amount: amount.nullable(),
          decimals: z.int().min(0).max(18),
          point: ChainPoint.nullable(),
          around: z
            .strictObject({ from: ChainPoint, to: ChainPoint })
            .nullable()
            .describe(
              'The blocks between which the figure holds, where the chain answers only as of now.',
            ),
          finality: z
            .string()
            .nullable()
            .describe('By which rule the block counted as final; null where `point` is.'),
          agreement,
          skewSeconds: z.int().nullable().describe("Bitcoin's moment minus this block's time."),
        }),
      ),
    }),
    surplus: z
      .strictObject({ amount: signedAmount, decimals: z.literal(18), btc })
      .nullable()
      .describe('Reserves minus supply.'),
    ratio: ratio.nullable(),
    claims: z.array(claim),
    window: window.nullable(),
    withheld: z
      .strictObject({ code: z.string(), message: z.string() })
      .nullable()
      .describe(
        'Why the newest audit was not signed, such as CLOCK_UNSURE: `status` is `indeterminate` then.',
      ),
    observedAt: unixTime,
    observedAtIso: isoTime,
    ageSeconds: z.int().min(0).describe('Seconds from `observedAt` to this answer.'),
    validUntil: unixTime,
    validUntilIso: isoTime,
    attestation: AttestationRef,
    notProven: z.array(z.string()).describe('In words: what this answer does not prove.'),
  })
  .describe('The latest answer for an asset.');

export type Backing = z.infer<typeof Backing>;
