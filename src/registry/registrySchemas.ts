import { z } from 'zod';
import { AssetFile } from './assetFile.ts';
import { EvidenceFile } from './evidenceFile.ts';
import { ReservesFile } from './reservesFile.ts';

/** The JSON Schemas (2020-12) of the registry's files as text, by the name of the schema's file. */
export function registrySchemas(): ReadonlyMap<string, string> {
  return new Map([
    ['asset.schema.json', schemaText(AssetFile)],
    ['reserves.schema.json', schemaText(ReservesFile)],
    ['evidence.schema.json', schemaText(EvidenceFile)],
  ]);
}

function schemaText(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), null, 2)}\n`;
}
