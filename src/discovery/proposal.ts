import { z } from 'zod';
import { AssetId } from '../registry/assetFile.ts';
import { ProvenanceSources } from '../registry/provenanceSource.ts';
import { registryText } from '../registry/registryText.ts';
import { CustodyEntry } from '../registry/reservesFile.ts';
import { discoveryFindings } from './judgeAddress.ts';

/**
 * What a person may take over into `reserves.json` after looking at it: `sources` and `add` have the
 * very form of that file, `close` gives the `until` of entries that are there, and `questions` are
 * what no program should decide.
 */
export const Proposal = z.strictObject({
  schema: z.literal('assay.proposal/1'),
  asset: AssetId,
  /** Of the registry that was compared. */
  registryDigest: z.string().regex(/^0x[0-9a-f]{64}$/),
  madeAt: z.iso.datetime(),
  sources: ProvenanceSources,
  /** In the order of the addresses' texts. */
  add: z.array(CustodyEntry),
  close: z.array(
    z.strictObject({
      address: z.string().max(100),
      until: z.iso.date(),
      reason: registryText(1000),
    }),
  ),
  questions: z.array(
    z.strictObject({
      address: z.string().max(100),
      finding: z.enum(discoveryFindings),
      text: registryText(2000),
    }),
  ),
});

export type Proposal = z.infer<typeof Proposal>;
