import { privateKeyToAccount } from 'viem/accounts';
import { signReport } from '../src/attest/signReport.ts';
import { testAccount } from '../test/support/attestations.ts';
import { sampleReport } from '../test/support/sampleReport.ts';

/** A body and the codes that may answer it; undefined where it verifies. */
export interface HostileBody {
  readonly name: string;
  readonly body: Uint8Array;
}

const limit = 8 * 1024 * 1024;

/** Bodies for `POST /v1/verify`, most of them as long as it takes any. */
export async function buildHostileBodies(): Promise<readonly HostileBody[]> {
  const sample = await signReport(sampleReport(), testAccount);
  const text = JSON.stringify(sample);
  const inAddresses = (elements: string) =>
    text.replace(/"addresses":\[[^\]]*\]/, () => `"addresses":[${elements}]`);
  const entry = JSON.stringify(sample.report.reserves.addresses[0]);
  const room = limit - text.length;
  const many = (piece: string, count = Math.floor(room / (piece.length + 1))) =>
    Array.from({ length: count }, () => piece).join();
  const largest = sampleReport({ addresses: Array<bigint>(60_000).fill(1000n) });
  const own = await signReport(largest, testAccount);
  const foreign = await signReport(largest, privateKeyToAccount(`0x${'77'.repeat(32)}`));
  const bodies: Readonly<Record<string, string>> = {
    'a million empty objects': inAddresses(many('{}', 1_000_000)),
    'as many empty objects as fit': inAddresses(many('{}')),
    'as many empty lists as fit': inAddresses(many('[]')),
    'as many zeros as fit': inAddresses(many('0')),
    'entries that are right, but for their form': inAddresses(
      many(entry.replace(/"sats":"/, '"sats":"x')),
    ),
    'entries that are right, the last not': inAddresses(`${many(entry)},{}`),
    'entries with a member twice': inAddresses(many(entry.replace('{', '{"sats":"1",'))),
    'an object of many keys': `{${Array.from({ length: 500_000 }, (_, index) => `"k${index}":0`).join()}}`,
    'brackets alone': '['.repeat(limit),
    'objects in objects': '{"a":'.repeat(limit / 5),
    'one string': `"${'a'.repeat(limit - 2)}"`,
    'one string of escapes': `"${'\\u0000'.repeat(limit / 6 - 1)}"`,
    'one number': '1'.repeat(limit),
    'white space': ' '.repeat(limit),
    'a key of another': JSON.stringify(foreign),
    'a key of its own': JSON.stringify(own),
  };
  return Object.entries(bodies).map(([name, body]) => ({ name, body: Buffer.from(body) }));
}
