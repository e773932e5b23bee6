import { z } from 'zod';
import { contractText } from './contractText.ts';
import { ProvenanceKeys, SourceKey } from './provenanceSource.ts';
import { registryText } from './registryText.ts';

/** A contract or account that decides over the tokens or belongs to their machinery. */
export const ControlEntry = z.strictObject({
  role: SourceKey.meta({ description: 'What it does, in words: factory, members, bridge, …' }),
  contract: contractText(),
  provenance: ProvenanceKeys,
  note: registryText(1000).optional(),
});

export type ControlEntry = z.infer<typeof ControlEntry>;
