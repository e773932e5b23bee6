import { describe, expect, it } from 'vitest';
import { auditAsset } from '../../../src/audit/auditAsset.ts';
import { auditEach } from '../../../src/audit/auditEach.ts';
import { createOutputLedger, type OutputLedger } from '../../../src/audit/outputLedger.ts';
import type { BitcoinSource, Utxo } from '../../../src/bitcoin/bitcoinSource.ts';
import { PartialReadingError } from '../../../src/bitcoin/partialReadingError.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { Sats, sumSats } from '../../../src/core/sats.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { Asset } from '../../../src/registry/asset.ts';
import { auditedAsset, ethereum } from '../../support/auditedAsset.ts';
import { sampleReport } from '../../support/sampleReport.ts';
import { scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

function output(digit: string, sats: bigint): Utxo {
  return { txid: digit.repeat(64), vout: 0, sats: Sats(sats), height: 1 };
}

/** A source that gives these outputs by script; null: it could not read it. */
function listing(
  operator: string,
  held: Readonly<Record<string, readonly Utxo[] | null>>,
  asset: Asset = auditedAsset,
): BitcoinSource {
  const source = scriptBitcoin(asset, { operator, holdings: () => 0n });
  return {
    ...source,
    readReserves: async (request) => {
      const observation = await source.readReserves(request);
      const scripts = observation.scripts.map(({ script }) => {
        const utxos = held[script] ?? null;
        return utxos === null
          ? { script, error: new AssayError('SOURCE_RESPONSE_TOO_LARGE') }
          : { script, utxos, sats: sumSats(utxos.map(({ sats }) => sats)) };
      });
      const read = scripts.flatMap((one) => ('error' in one ? [] : [one]));
      if (read.length < scripts.length) throw new PartialReadingError({ ...observation, scripts });
      const total = sumSats(read.map(({ sats }) => sats));
      return { ...observation, scripts: read, total, window: { lowest: total, highest: total } };
    },
  };
}

function audit(bitcoin: readonly BitcoinSource[], asset = auditedAsset, outputs?: OutputLedger) {
  const supply = ['m', 'n'].map((operator) =>
    scriptSupply(ethereum, { operator, amount: () => 100n }),
  );
  const dependencies = { bitcoin, supply, clock: () => UnixTime(65_000), pause: async () => {} };
  return auditAsset(asset, {}, { ...dependencies, ...(outputs && { outputs }) });
}

const honest = { 51: [output('a', 60n)], 52: [output('b', 40n)] };
const twofold = { 51: [output('a', 60n)], 52: [output('a', 60n)] };

describe('an output is counted once', () => {
  it('is not, where every source gives it to two addresses', async () => {
    const report = await audit([listing('a', twofold), listing('b', twofold)]);
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      reserves: { sats: null, atLeast: null },
    });
    expect(report.reserves.observations.map(({ fault }) => fault?.message)).toEqual(
      ['a', 'b'].map((operator) =>
        expect.stringContaining(`core+http://${operator} gives output ${'a'.repeat(64)}:0 to two`),
      ),
    );
  });

  it('leaves the answer of the others as it is, where one source does so', async () => {
    const report = await audit([listing('x', twofold), listing('a', honest), listing('b', honest)]);
    expect(report).toMatchObject({ verdict: 'backed', reserves: { sats: '100', disputes: [] } });
  });

  it('is not, where different operators are believed of each address', async () => {
    const first = { 51: [output('a', 60n)], 52: null };
    const second = { 51: null, 52: [output('a', 60n)] };
    const report = await audit([
      ...['a', 'b'].map((operator) => listing(operator, first)),
      ...['c', 'd'].map((operator) => listing(operator, second)),
    ]);
    expect(report).toMatchObject({
      verdict: 'indeterminate',
      reserves: { sats: null, atLeast: null },
    });
  });
});

describe('over two assets of one run, an output', () => {
  const other: Asset = {
    ...auditedAsset,
    id: 'other',
    custody: auditedAsset.custody.map((one) => ({ ...one, script: `a${one.script}` })),
  };
  const sharing = { a51: [output('a', 60n)], a52: [output('c', 40n)] };
  const both = (held: Parameters<typeof listing>[1], asset: Asset) =>
    ['a', 'b'].map((operator) => listing(operator, held, asset));

  it('is counted by neither, and both say why', async () => {
    const outputs = createOutputLedger();
    expect((await audit(both(honest, auditedAsset), auditedAsset, outputs)).verdict).toBe('backed');
    expect(outputs.takeContested()).toEqual([]);
    const second = await audit(both(sharing, other), other, outputs);
    expect(second).toMatchObject({
      verdict: 'indeterminate',
      reasons: [{ code: 'BITCOIN_OUTPUT_SHARED' }],
      reserves: { sats: null, atLeast: { sats: '40', addresses: 1, of: 2 } },
    });
    expect(outputs.takeContested()).toEqual(['tbtc']);
    const again = await audit(both(honest, auditedAsset), auditedAsset, outputs);
    expect(again).toMatchObject({
      verdict: 'indeterminate',
      reasons: [{ code: 'BITCOIN_OUTPUT_SHARED' }],
      reserves: { sats: null, atLeast: { sats: '40', addresses: 1, of: 2 } },
    });
    expect(outputs.takeContested()).toEqual([]);
  });

  it('is counted again as soon as the other one claims it no more', async () => {
    const outputs = createOutputLedger();
    await audit(both(sharing, other), other, outputs);
    await audit(both(honest, auditedAsset), auditedAsset, outputs);
    await audit(both({ a51: [], a52: [output('c', 40n)] }, other), other, outputs);
    const report = await audit(both(honest, auditedAsset), auditedAsset, outputs);
    expect(report.verdict).toBe('backed');
  });
});

describe('assets that are audited in turn', () => {
  const second: Asset = { ...auditedAsset, id: 'second', name: 'Second' };

  it('are audited again where a later one claims what they counted', async () => {
    const utxo = output('a', 60n);
    const audits: string[] = [];
    await auditEach([auditedAsset, second], async ({ id }, outputs) => {
      audits.push(id);
      outputs.claim(id, [{ script: id, sats: utxo.sats, utxos: [utxo] }]);
      return sampleReport();
    });
    expect(audits).toEqual(['tbtc', 'second', 'tbtc']);
  });

  it('have one audit and each its name where they share a pool', async () => {
    const pooled = [auditedAsset, second].map((asset) => ({ ...asset, pool: 'both' }));
    const audits: string[] = [];
    const reports = await auditEach(pooled, async ({ id }) => {
      audits.push(id);
      return sampleReport();
    });
    expect(audits).toEqual(['tbtc']);
    expect(reports.map(({ asset }) => asset.id)).toEqual(['dbtc', 'second']);
  });
});
