import { readFileSync } from 'node:fs';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addressScript } from '../../../src/control/addressScript.ts';
import { hashMessage, toSpendId } from '../../../src/control/messageSpend.ts';
import { verifyMessage } from '../../../src/control/verifyMessage.ts';
import { buildToSign } from '../../../src/control/verifySimple.ts';
import { mainnet } from '../../support/networks.ts';

const Signed = z.object({
  message: z.string(),
  address: z.string(),
  type: z.string(),
  bip322_signatures: z.array(z.string()).min(1),
  lock_time: z.number().optional(),
  sequence: z.number().optional(),
});
const Vectors = z.object({
  tx_hashes: z
    .array(
      z.object({
        message: z.string(),
        address: z.string(),
        message_hash: z.string(),
        to_spend_tx_hash: z.string(),
        to_sign_tx_hash: z.string(),
      }),
    )
    .default([]),
  simple: z.array(Signed).default([]),
  full: z.array(Signed).default([]),
  proof_of_funds: z.array(Signed).default([]),
  error: z.array(
    z.object({
      description: z.string(),
      message: z.string(),
      address: z.string(),
      signature: z.string(),
    }),
  ),
});

const basic = readVectors('basic');
const generated = readVectors('generated');

/** Vectors that would need more than assay understands, with the reason: none. */
const inconclusive: readonly string[] = [];

function readVectors(name: string): z.infer<typeof Vectors> {
  const file = new URL(`../../vectors/bip322/${name}-test-vectors.json`, import.meta.url);
  return Vectors.parse(JSON.parse(readFileSync(file, 'utf8')));
}

describe.each([
  ['basic', basic],
  ['generated', generated],
])('the %s vectors of BIP-322', (_name, vectors) => {
  it.each(vectors.tx_hashes)('make the transactions of "$message"', (vector) => {
    const script = addressScript(mainnet, vector.address);
    const id = toSpendId(vector.message, script).toReversed();
    expect(bytesToHex(hashMessage(vector.message))).toBe(vector.message_hash);
    expect(bytesToHex(id)).toBe(vector.to_spend_tx_hash);
    expect(buildToSign(vector.message, script).getId()).toBe(vector.to_sign_tx_hash);
  });

  it.each(vectors.simple)('verify in the simple form for $type: "$message"', (vector) => {
    for (const signature of vector.bip322_signatures) {
      expect(verify(vector, signature)).toEqual({ result: 'valid', form: 'bip322-simple' });
    }
  });

  it.each(vectors.full)('verify in the full form for $type, with T and S', (vector) => {
    for (const signature of vector.bip322_signatures) {
      expect(verify(vector, signature)).toEqual({
        result: 'valid',
        form: 'bip322-full',
        timelocks: { time: vector.lock_time, age: vector.sequence },
      });
    }
  });

  it.each(vectors.proof_of_funds)('verify as proof of funds for $type', (vector) => {
    for (const signature of vector.bip322_signatures) {
      expect(verify(vector, signature)).toEqual({
        result: 'valid',
        form: 'bip322-funds',
        timelocks: { time: vector.lock_time, age: vector.sequence },
      });
    }
  });

  it.each(vectors.error)('are refused: $description', (vector) => {
    expect(verify(vector, vector.signature).result).toBe('invalid');
  });
});

it('leaves no published vector inconclusive', () => {
  const all = [basic, generated].flatMap((one) => [
    ...one.simple,
    ...one.full,
    ...one.proof_of_funds,
  ]);
  const open = all.filter((vector) =>
    vector.bip322_signatures.some((one) => verify(vector, one).result === 'inconclusive'),
  );
  expect(all).toHaveLength(21);
  expect(basic.error.length + generated.error.length).toBe(36);
  expect(open.map(({ type }) => type)).toEqual(inconclusive);
});

function verify(vector: { address: string; message: string }, signature: string) {
  const { address, message } = vector;
  return verifyMessage({ address, network: mainnet, message, signature });
}
