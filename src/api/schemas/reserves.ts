import { z } from 'zod';
import { Provenance } from './asset.ts';
import { AttestationRef, assetRef, BackingStatus } from './backing.ts';
import { btc, ChainPoint, Moment, sats, unixTime } from './figures.ts';
import { Grades, grade } from './grades.ts';

const entry = z
  .strictObject({
    address: z.string(),
    sats: sats.nullable().describe('Null is unknown, which is not zero.'),
    btc: btc.nullable(),
    utxos: z
      .int()
      .min(0)
      .nullable()
      .describe('Unspent outputs; null where sources gave only a sum.'),
    scriptType: z
      .enum(['p2pkh', 'p2sh', 'p2wpkh', 'p2wsh', 'p2tr'])
      .nullable()
      .describe('Null, as custodian, where the registry no longer lists the address.'),
    grade,
    custodian: z.string().nullable(),
    provenance: z.array(Provenance),
  })
  .describe('A custody address and what it holds.');

export const Reserves = z
  .strictObject({
    schema: z.literal('assay.asset-reserves/1'),
    asset: assetRef,
    status: BackingStatus,
    sats: sats.nullable(),
    btc: btc.nullable(),
    complete: z.boolean(),
    grades: Grades,
    point: ChainPoint.nullable(),
    moment: Moment.nullable().describe('Null without a block, and in old attestations.'),
    observedAt: unixTime,
    validUntil: unixTime,
    attestation: AttestationRef,
    addresses: z.array(entry),
  })
  .describe('The custody addresses of an asset with their amounts at the audited block.');

export type Reserves = z.infer<typeof Reserves>;
