import { z } from 'zod';
import { maxDecimals, reportLimits } from '../core/reportLimits.ts';

const amount = z.string().regex(/^(0|[1-9]\d{0,77})$/);
const signedAmount = z.string().regex(/^(0|-?[1-9]\d{0,77})$/);
const digest = z.string().regex(/^0x[0-9a-f]{64}$/);
const chain = z.string().regex(/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/);
const token = z
  .string()
  .regex(/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}\/[-a-z0-9]{3,8}:[-.%a-zA-Z0-9]{1,128}$/);
const text = z.string().max(2000);
const count = z.int().min(0);
const ratio = z.string().regex(/^\d{1,78}\.\d{8}$/);
const time = z.int().min(0).max(253_402_300_799);

const chainPoint = z.strictObject({
  chain,
  height: count,
  /** In hex, or in base58 where the chain's own tools write it so (Solana, Sui). */
  hash: z.string().regex(/^(?:(?:0x)?[0-9a-f]{64}|[1-9A-HJ-NP-Za-km-z]{32,44})$/),
  time,
});

/** A chain point as a report has it. */
export type ReportPoint = z.infer<typeof chainPoint>;

const reason = z.strictObject({
  code: z.string().max(60),
  message: text,
  subject: z.string().max(400).optional(),
});

const grade = z.enum(['proven', 'derived', 'published', 'claimed']);

const gradeShare = z.strictObject({
  addresses: count,
  sats: amount.nullable(),
  /** Of the supply; null where `ratio` of the report is. */
  ratio: ratio.nullable(),
});

const fault = z.strictObject({ code: z.string().max(60), message: text });

const reserveObservation = z.strictObject({
  source: text,
  operator: text,
  kind: z.string().max(20),
  point: chainPoint.nullable(),
  sats: amount.nullable(),
  /** Whether it says of every address what the quorum says. */
  agrees: z.boolean(),
  fault: fault.optional(),
});

const supplyObservation = z.strictObject({
  source: text,
  operator: text,
  kind: z.string().max(20),
  point: chainPoint.nullable(),
  amount: amount.nullable(),
  /** Whether it says what the quorum says. */
  agrees: z.boolean(),
  fault: fault.optional(),
});

/** How many operators stand behind a figure, of how many that were asked. */
const agreement = z.strictObject({ operators: count, of: count });

/** The two blocks between which a figure holds, where the chain answers only as of now. */
const around = z.strictObject({ from: chainPoint, to: chainPoint });

/** Who said what of a figure of the liability, at the block that stands beside it. */
const liabilityObservation = z.strictObject({
  source: text,
  operator: text,
  kind: z.string().max(20),
  /** In the unit of the figure. */
  amount: amount.nullable(),
  /** Whether it says what the quorum says. */
  agrees: z.boolean(),
  fault: fault.optional(),
});

/** A holding that is taken off the supply of its deployment. */
const exclusion = z.strictObject({
  token,
  holder: z.string().max(128),
  reason: z.enum(['lockbox', 'unissued', 'burnt', 'other']),
  /** Deployments as which a lockbox's tokens are counted again: no more is taken off. */
  countedAs: z.array(token).max(reportLimits.deployments).optional(),
  /** In the deployment's own units. */
  amount: amount.nullable(),
  /**
   * The block of its deployment, or a later one where the chain answers only as of now; null where it was
   * not read.
   */
  point: chainPoint.nullable(),
  around: around.nullable(),
  agreement,
  observations: z.array(liabilityObservation).max(100),
  /** Why `amount` is null; left out where it is not. */
  fault: fault.optional(),
});

/** How much BTC tokens stand for. */
const rate = z.strictObject({
  tokens: z.array(token).min(1).max(reportLimits.deployments),
  feed: z.string().max(200),
  rate: amount.nullable(),
  decimals: z.int().min(0).max(36),
  /** A block of the feed's chain, which need not be that of the tokens; null where it was not read. */
  point: chainPoint.nullable(),
  agreement,
  observations: z.array(liabilityObservation).max(100),
  /** Why `rate` is null; left out where it is not. */
  fault: fault.optional(),
});

/** A limit of the supply, with 18 decimals, and how many of the deployments are in it. */
const supplyLimit = z.strictObject({ amount, deployments: count, of: count });

const dispute = z.strictObject({
  address: z.string().max(120),
  /** `txid:vout`; null where a source gives only the sum of the address. */
  outpoint: z
    .string()
    .regex(/^[0-9a-f]{64}:(0|[1-9]\d{0,9})$/)
    .nullable(),
  /** Null: the operator says that the output is not there. */
  claims: z.array(z.strictObject({ operator: text, sats: amount.nullable() })).max(100),
});

/** What an issuer or a feed says about itself, beside what was found: it never decides. */
const claim = z.strictObject({
  kind: z.enum(['chainlink-por', 'issuer-feed']),
  name: text,
  /** What it is about. */
  side: z.enum(['reserves', 'supply']),
  /** Null where it could not be read. */
  amount: amount.nullable(),
  decimals: z.int().min(0).max(36),
  /** When the publisher says that it was made. */
  publishedAt: time.nullable(),
  /** Older than it should ever be; null where nobody says how old that is. */
  stale: z.boolean().nullable(),
  /** The claim minus our own figure, with 18 decimals; null where either is not known. */
  difference: signedAmount.nullable(),
  fault: fault.optional(),
});

/** What one contract locks of one token, against all copies that are minted for it. */
const edge = z.strictObject({
  /** The key in the registry, or `unknown`. */
  lockbox: z.string().max(reportLimits.lockboxKeyLength),
  contract: z.string().max(200).nullable(),
  locks: token.nullable(),
  copies: z.array(token).max(reportLimits.graphDeployments),
  /** 18 decimals. */
  locked: amount.nullable(),
  /** The block at which the lockbox was read, or the first of `lockedAround`; null where it was not. */
  lockedPoint: chainPoint.nullable(),
  lockedAround: around.nullable(),
  /** Why `locked` is null, where it could not be read; left out elsewhere. */
  lockedFault: fault.optional(),
  minted: amount.nullable(),
  surplus: signedAmount.nullable(),
  ratio: ratio.nullable(),
  verdict: z.enum(['backed', 'in-flight', 'under-backed', 'unknown']),
  reason: text,
});

/**
 * The full JSON of a reconciliation, version 1. Amounts are decimal strings in the unit that the
 * field names (`sats`) or that stands beside them (`decimals`); null is unknown, which is not zero.
 */
export const Report = z.strictObject({
  schema: z.literal('assay.report/1'),
  asset: z.strictObject({ id: z.string().max(64), name: text, symbol: z.string().max(40) }),
  /** The shared pool that was audited as a whole, where the coins back several assets. */
  pool: z
    .strictObject({
      name: text,
      assets: z.array(z.string().max(64)).min(2).max(reportLimits.poolAssets),
    })
    .optional(),
  verdict: z.enum(['backed', 'under-backed', 'indeterminate']),
  /**
   * Whether `backed` follows from a lower bound of the reserves, of which there may be more, or from an
   * upper bound of the supply, which may be less.
   */
  restsOnBounds: z.boolean(),
  reasons: z.array(reason).max(reportLimits.reasons),
  reserves: z.strictObject({
    /** What the listed addresses hold as of `point`; null if that is not established. */
    sats: amount.nullable(),
    /**
     * What is certain where `sats` is null: the sum of those addresses on which enough operators agree.
     * A lower bound and nothing else; null where `sats` is known, or nothing is certain.
     */
    atLeast: z.strictObject({ sats: amount, addresses: count, of: count }).nullable(),
    /** The fewest operators that agree on any one address, known or not. */
    agreement,
    /** What operators say differently, also where a minority is outvoted; the first hundred. */
    disputes: z.array(dispute).max(reportLimits.disputes),
    /** False where the registry says that custody addresses are missing, or `sats` is null. */
    complete: z.boolean(),
    point: chainPoint.nullable(),
    /**
     * When `point` was mined, as no single miner can say it: the median of the times of the blocks from
     * five below to five above. What both sides are read at, and what skews and ages count from. Left
     * out in old reports, where that is the time of `point` itself.
     */
    moment: z
      .strictObject({
        time,
        /** How far it may lie off: 0 where all eleven blocks were there. Counts as skew. */
        doubtSeconds: count,
        fromHeight: count,
        toHeight: count,
      })
      .optional(),
    /** The highest tip among the agreeing sources, where the window ends: by that one's word. */
    tip: chainPoint.nullable(),
    addresses: z
      .array(
        z.strictObject({
          address: z.string().max(120),
          sats: amount.nullable(),
          /** Unspent outputs; null where the sources gave only a sum. */
          utxos: count.nullable(),
          /** How well it is shown, as of `point`, that the custodian controls it. */
          grade,
        }),
      )
      .max(reportLimits.addresses),
    utxos: count.nullable(),
    /** The reserves by the grade of their addresses. */
    grades: z.strictObject({
      proven: gradeShare,
      derived: gradeShare,
      published: gradeShare,
      claimed: gradeShare,
    }),
    observations: z.array(reserveObservation).max(100),
  }),
  supply: z.strictObject({
    /** What is owed on the canonical deployments, with 18 decimals; null unless all is known. */
    amount: amount.nullable(),
    decimals: z.literal(18),
    /**
     * What is taken off the sum of the deployments, and how much BTC a token stands for; left out where
     * the supply is their plain sum.
     */
    liability: z
      .strictObject({
        excluded: z.array(exclusion).max(reportLimits.excluded),
        rates: z.array(rate).max(reportLimits.rates),
      })
      .optional(),
    /**
     * What is owed for certain where `amount` is null: on those deployments of which anything is. Null
     * where nothing is, or where the registry lacks something of this side.
     */
    atLeast: supplyLimit.nullable(),
    /**
     * What is owed at most where `amount` is null: all supplies and rates are known, and only what is to
     * be taken off is not. Null where there is no such limit, or the registry lacks something.
     */
    atMost: supplyLimit.nullable(),
    complete: z.boolean(),
    deployments: z
      .array(
        z.strictObject({
          token,
          symbol: z.string().max(40),
          amount: amount.nullable(),
          decimals: z.int().min(0).max(18),
          point: chainPoint.nullable(),
          /**
           * The two blocks between which the figure holds, where the chain answers only as of now; `point`
           * is the first.
           */
          around: around.nullable(),
          /**
           * By which rule the block counted as final: the tag that the chain's nodes give it, or how deep
           * it lay; null where `point` is.
           */
          finality: z.string().max(100).nullable(),
          /** Bitcoin's moment minus this block's time; of two blocks the longer distance. */
          skewSeconds: z.int().nullable(),
          agreement,
          observations: z.array(supplyObservation).max(100),
        }),
      )
      .max(reportLimits.deployments),
  }),
  /**
   * Reserves minus supply; null unless both are known whole, or what is certain of the reserves covers
   * the most that the supply may be: then it is the least there can be.
   */
  surplus: z.strictObject({ amount: signedAmount, decimals: z.literal(18) }).nullable(),
  ratio: ratio.nullable(),
  window: z
    .strictObject({
      fromHeight: count,
      toHeight: count,
      reserves: z.strictObject({ lowestSats: amount, highestSats: amount }),
      supply: z.strictObject({ lowest: amount, highest: amount, decimals: z.literal(18) }),
      holdsAcrossWindow: z.boolean(),
    })
    .nullable(),
  policy: z.strictObject({
    confirmations: z.int().min(1),
    maxSkewSeconds: count,
    /** Null where a moment in the past was asked for. */
    maxAgeSeconds: count.nullable(),
    validForSeconds: z.int().min(1),
    quorum: z.int().min(1),
    /** How long a signed challenge keeps its address proven. */
    maxProofAgeDays: z.int().min(1),
    pairing: z.enum(['aligned', 'finalized']),
  }),
  registryDigest: digest,
  /**
   * What backs the copies of the tokens; null where it was not asked for. A shortfall at an edge is that
   * bridge's and its holders', and decides nothing about the asset.
   */
  graph: z
    .strictObject({
      deployments: z
        .array(
          z.strictObject({
            token,
            kind: z.enum(['canonical', 'bridged']),
            lockbox: z.string().max(reportLimits.lockboxKeyLength).nullable(),
            amount: amount.nullable(),
            decimals: z.int().min(0).max(maxDecimals),
            point: chainPoint.nullable(),
            around: around.nullable(),
            /** Why `amount` is null; left out where it is not. */
            fault: fault.optional(),
          }),
        )
        .max(reportLimits.graphDeployments),
      edges: z.array(edge).max(reportLimits.edges),
    })
    .nullable(),
  /** What issuer and feeds say about themselves. */
  claims: z.array(claim).max(reportLimits.claims),
  /** The evidence bundle from which all figures can be derived again; null where none was made. */
  evidence: z.strictObject({ schema: z.literal('assay.evidence/1'), digest }).nullable(),
  observedAt: time,
  validUntil: time,
  /** In words: what this report does not prove. */
  notProven: z.array(text).max(50),
});

export type Report = z.infer<typeof Report>;
