import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { registrySchemas } from '../../../src/registry/registrySchemas.ts';
import { makeProofFile } from '../../support/proofFiles.ts';
import { makeAssetFile, makeReservesFile } from '../../support/registryBuilder.ts';

const folder = new URL('../../../addresses/schema/', import.meta.url);

function compile(name: string) {
  const ajv = new Ajv2020({ strict: true });
  addFormats.default(ajv);
  return ajv.compile<unknown>(JSON.parse(registrySchemas().get(name) ?? ''));
}

describe('registrySchemas', () => {
  it('are the ones that are committed', async () => {
    for (const [name, text] of registrySchemas()) {
      expect(await readFile(new URL(name, folder), 'utf8')).toBe(text);
    }
  });

  it('take what a person must write, without the defaults', () => {
    expect(compile('asset.schema.json')(makeAssetFile('abtc'))).toBe(true);
    expect(compile('reserves.schema.json')(makeReservesFile())).toBe(true);
  });

  it('take evidence of either kind', () => {
    const validate = compile('evidence.schema.json');
    const single = { address: 'bc1q', signature: 'smp' };
    const shared = { address: 'bc1q', signatures: ['H'], script: '52' };
    expect(validate(makeProofFile('message', [single, shared]))).toBe(true);
    const descriptors = {
      $schema: '../../schema/evidence.schema.json',
      schema: 'assay.descriptors/1',
      by: 'Custodian',
      source: 'https://custodian.example',
      date: '2026-11-22',
      descriptors: [{ descriptor: 'wpkh(xpub/0/*)#00000000', from: 0, to: 9 }],
    };
    expect(validate(descriptors)).toBe(true);
    expect(validate({ ...descriptors, message: 'm' })).toBe(false);
    expect(validate(makeProofFile('message', [{ ...single, script: '52' }]))).toBe(false);
  });

  it('refuse unknown keys and missing provenance in an editor already', () => {
    const validate = compile('reserves.schema.json');
    const [entry] = makeReservesFile().addresses;
    expect(validate(makeReservesFile([{ ...Object(entry), adress: 'x' }]))).toBe(false);
    expect(validate(makeReservesFile([{ ...Object(entry), provenance: [] }]))).toBe(false);
    expect(compile('asset.schema.json')(makeAssetFile('abtc', { extra: 1 }))).toBe(false);
  });
});
