import { z } from 'zod';
import { maxLockboxKeyLength } from '../core/reportLimits.ts';
import { contractText } from './contractText.ts';
import { ProvenanceKeys } from './provenanceSource.ts';
import { registryText } from './registryText.ts';

/** What a bridged deployment writes whose lockbox nobody has found. */
export const unknownLockbox = 'unknown';

/** How tokens come to lie in a lockbox. */
export const lockboxKinds = [
  'canonical-bridge',
  'oft-adapter',
  'wormhole',
  'ccip',
  'axelar',
  'custodial',
  'wrapper',
  'other',
] as const;

/** How much may be missing in a lockbox while messages between two chains are under way. */
export const LockboxPolicy = z
  .strictObject({
    toleranceUnits: z
      .string()
      .regex(/^[1-9]\d{0,77}$/, {
        error: 'must be a positive integer as a decimal text, without leading zeros',
      })
      .meta({
        description: 'How much may be missing, in the smallest unit of the token that lies there.',
      }),
    durationSeconds: z.int().min(1).max(604_800).meta({
      description: 'For how long at most: what was missing before as well is missing.',
    }),
  })
  .meta({ description: 'What may be missing while messages are under way; else nothing may.' });

export type LockboxPolicy = z.infer<typeof LockboxPolicy>;

/** A contract that keeps tokens whose copies go round elsewhere, as asset.json writes it. */
export const LockboxEntry = z.strictObject({
  contract: contractText(),
  kind: z.enum(lockboxKinds).meta({
    description:
      "canonical-bridge: the chain's own bridge; custodial: an account that somebody holds the keys of; wrapper: the copy's own contract.",
  }),
  locks: z.string().max(171).optional().meta({
    description: 'The deployment of this asset whose tokens lie there: its CAIP-19.',
  }),
  policy: LockboxPolicy.optional(),
  provenance: ProvenanceKeys,
  note: registryText(1000).optional(),
});

export type LockboxEntry = z.infer<typeof LockboxEntry>;

/** The lockboxes of a file by their keys. */
export const LockboxEntries = z
  .record(
    z
      .string()
      .max(maxLockboxKeyLength)
      .regex(/^(?!unknown$)[a-z0-9]+(?:-[a-z0-9]+)*$/, {
        error: 'must be lower-case words joined by hyphens, and not "unknown"',
      }),
    LockboxEntry,
  )
  .meta({ description: 'Each lockbox once; deployments name it by its key.' });
