import { describe, expect, it } from 'vitest';
import type { AuditReadings } from '../../../src/audit/auditReadings.ts';
import { collectEvidence } from '../../../src/audit/collectEvidence.ts';
import type { BitcoinSource } from '../../../src/bitcoin/bitcoinSource.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { medianMoment } from '../../../src/core/bitcoinMoment.ts';
import { Sats } from '../../../src/core/sats.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { headersPerRecord } from '../../../src/evidence/bundleRecord.ts';
import type { AuditSubject } from '../../../src/registry/auditSubject.ts';
import { makeTransaction, mineChain, sha256d } from '../../support/evidenceChain.ts';
import { custody, makeRegistryRecord } from '../../support/evidenceSetting.ts';
import { expectCode } from '../../support/expectCode.ts';
import { regtest } from '../../support/networks.ts';
import { scriptBitcoin } from '../../support/scriptedSources.ts';

const time = UnixTime(1_767_225_600);
const from = 3;
/** The headers of two whole records and a part of a third. */
const height = from + 2 * headersPerRecord + 5;
const [owner] = custody;
if (!owner) throw new Error('there is no address');

/** One coin at block 3, the only one; its transaction is the only one of its block. */
const transaction = makeTransaction([{ sats: 100n, script: owner.script }], 'a coin');
const root = sha256d(transaction);
const txid = show(root);
const chain = mineChain(height + 1, time, new Map([[from, root]]));
/** Another chain with the same coin, as a source can make it at no cost. */
const otherChain = mineChain(height + 1, time - 1, new Map([[from, root]]));
const hash = show(sha256d(chain[height] ?? new Uint8Array()));
const point = { chain: regtest.chain, height, hash, time };

function show(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString('hex');
}

const files = makeRegistryRecord([owner.address]);
const subject: AuditSubject = {
  id: 'dbtc',
  name: 'Demo bitcoin',
  symbol: 'DBTC',
  issuer: 'Demo',
  network: regtest,
  policy: {
    confirmations: 6,
    maxSkewSeconds: 900,
    maxAgeSeconds: 21_600,
    validForSeconds: 3600,
    quorum: 1,
    maxProofAgeDays: 90,
  },
  coverage: { status: 'complete', missing: [] },
  deployments: [],
  custody: [{ ...owner, scriptType: 'p2wpkh', custodian: 'Demo', provenance: [] }],
  digest: `0x${'0'.repeat(64)}`,
  listsDigest: `0x${'0'.repeat(64)}`,
  files: [{ id: 'dbtc', asset: files.asset, reserves: files.reserves }],
};

const reserve = {
  script: owner.script,
  sats: Sats(100n),
  utxos: [{ txid, vout: 0, sats: Sats(100n), height: from }],
};
// None is known above the audited block.
const moment = {
  ...medianMoment(height - 5, [0, 1, 2, 3, 4, 5]),
  headers: Uint8Array.from(Buffer.concat(chain.slice(height - 5, height + 1))),
};
const readings: AuditReadings = {
  choice: { point, moment, outcomes: [] },
  custody: subject.custody,
  reserves: {
    agreed: { total: Sats(100n), scripts: [reserve], tip: point, window: null },
    scripts: [],
    disputes: [],
    outcomes: [],
  },
  deployments: [],
  liability: null,
  graph: null,
  claims: [],
  unconfirmed: null,
};

/** The headers that a source gives, and from which heights on it was asked for some. */
interface Shown {
  readonly source: BitcoinSource;
  readonly asked: readonly number[];
}

function showing(
  operator: string,
  headersAt: (start: number, count: number) => readonly Uint8Array[],
): Shown {
  const asked: number[] = [];
  const source: BitcoinSource = {
    ...scriptBitcoin(subject, { operator, holdings: () => 100n }),
    readHeaders: async (start, count) => {
      asked.push(start);
      return Uint8Array.from(Buffer.concat(headersAt(start, count)));
    },
    inclusion: {
      readTransactionProofs: async () => [{ txid, transaction, position: 0, branch: [] }],
      readCoinbase: async () => {
        if (operator === 'silent') throw new AssayError('SOURCE_RPC_ERROR', { message: 'unknown' });
        return { txid, transaction, position: 0, branch: [] };
      },
    },
  };
  return { source, asked };
}

const slice = (of: readonly Uint8Array[]) => (start: number, count: number) =>
  of.slice(start, start + count);
const honest = () => showing('a', slice(chain));

async function collect(shown: readonly Shown[], of = readings) {
  const bitcoin = shown.map(({ source }) => source);
  return Array.fromAsync(collectEvidence(subject, of, { bitcoin, supply: [] }, {}));
}

const starts = [from, from + headersPerRecord, from + 2 * headersPerRecord];
const expected = starts.map((start) => ({
  type: 'headers',
  start,
  headers: Uint8Array.from(Buffer.concat(chain.slice(start, start + headersPerRecord))),
}));

const headersOf = (records: Awaited<ReturnType<typeof collect>>) =>
  records.filter(({ type }) => type === 'headers');

describe('the coinbase of the audited block', () => {
  const shownBy = async (...operators: string[]) => {
    const records = await collect(operators.map((one) => showing(one, slice(chain))));
    return records.filter(({ type }) => type === 'coinbase');
  };

  it('is in the bundle after the headers, from whoever gives it', async () => {
    const record = { type: 'coinbase', branch: new Uint8Array(), transaction };
    expect(await shownBy('silent', 'b')).toEqual([record]);
    const types = (await collect([honest()])).map(({ type }) => type);
    expect(types.slice(4, 7)).toEqual(['headers', 'coinbase', 'block']);
  });

  it('is left out where nobody gives it', async () => {
    expect(await shownBy('silent')).toEqual([]);
  });
});

describe('the headers of a bundle', () => {
  it('are those up to the last around the audited block, in records from the lowest on', async () => {
    const records = await collect([honest()]);
    expect(headersOf(records)).toEqual(expected);
    expect(records.map(({ type }) => type)).toEqual([
      ...['manifest', 'registry', 'headers', 'headers', 'headers'],
      ...['coinbase', 'block', 'transaction'],
    ]);
  });

  it.each<[string, (start: number, count: number) => readonly Uint8Array[]]>([
    [
      'whose last is right and one before it is not',
      (start, count) => {
        const headers = chain.slice(start, start + count);
        headers[count - 3] = otherChain[start + count - 3] ?? new Uint8Array(80);
        return headers;
      },
    ],
    [
      'of another chain at the lowest blocks, which link',
      (start, count) => (start === from ? otherChain : chain).slice(start, start + count),
    ],
    ['of another chain', slice(otherChain)],
    ['of which one is missing', (start, count) => chain.slice(start, start + count - 1)],
    [
      'of which there is one too many',
      (start, count) => [...slice(chain)(start, count), new Uint8Array(80)],
    ],
    ['that are no headers', (_, count) => [new Uint8Array(80 * count)]],
  ])('are not taken from a source that gives some %s', async (_, junk) => {
    const liar = showing('x', junk);
    const records = await collect([liar, honest()]);
    expect(headersOf(records)).toEqual(expected);
    expect(liar.asked).toContain(from);
  });

  it('are none where no source leads to the audited block', async () => {
    const error = await expectCode(
      () => collect([showing('x', slice(otherChain))]),
      'BITCOIN_REORGANISED',
    );
    // The six that tell the moment are known already.
    expect(error.facts).toEqual({ height: height - 6 });
    const broken = showing('y', (start, count) => [
      ...otherChain.slice(start, start + count - 1),
      ...chain.slice(start + count - 1, start + count),
    ]);
    const unlinked = await expectCode(() => collect([broken]), 'SOURCE_RESPONSE_INVALID');
    expect(unlinked).toBeInstanceOf(AssayError);
    expect(unlinked.message).toContain(
      `that of block ${height - 6} does not build on the one before`,
    );
  });

  it('are not there for an output of a block above the audited one', async () => {
    const above = reserve.utxos.map((one) => ({ ...one, height: height + 1 }));
    const utxos = [...reserve.utxos, ...above];
    const agreed = {
      total: Sats(100n),
      scripts: [{ ...reserve, utxos }],
      tip: point,
      window: null,
    };
    const read = { ...readings, reserves: { agreed, scripts: [], disputes: [], outcomes: [] } };
    await expectCode(() => collect([honest()], read), 'HEADERS_MISSING');
  });
});
