import { describe, expect, it } from 'vitest';
import { type AuditOptions, auditAsset } from '../../../src/audit/auditAsset.ts';
import type { BitcoinSource, ReserveObservation } from '../../../src/bitcoin/bitcoinSource.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import type { SupplySource } from '../../../src/supply/supplySource.ts';
import { auditedAsset as asset, ethereum } from '../../support/auditedAsset.ts';
import { expectCode } from '../../support/expectCode.ts';
import { scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

const clock = () => UnixTime(65_000);

/** 70 and 30 satoshis lie at the two addresses. */
const held = { holdings: (script: string) => (script === '51' ? 70n : 30n) };

/** Block H is 100, at 60,000 s, the tip 105. */
function bitcoin(operator: string): BitcoinSource {
  return scriptBitcoin(asset, { ...held, operator });
}

/** An honest source whose answers are changed. */
function changing(
  operator: string,
  change: (observation: ReserveObservation) => ReserveObservation,
): BitcoinSource {
  const source = bitcoin(operator);
  return {
    ...source,
    readReserves: async (request) => change(await source.readReserves(request)),
  };
}

/** The aligned block is 5000, at 60,000 s; a token more exists from then on. */
function supply(operator: string): SupplySource {
  const amount = (height: number) => (height < 5000 ? 99n : 100n);
  return scriptSupply(ethereum, { operator, amount });
}

/** A source that names a block of its own choice, of the same chain. */
function naming(operator: string, height: number): SupplySource {
  const source = supply(operator);
  return { ...source, findPoint: () => source.readPoint(height) };
}

interface World {
  readonly bitcoin?: readonly BitcoinSource[];
  readonly supply?: readonly SupplySource[];
  readonly options?: AuditOptions;
}

function audit(world: World) {
  const sources = {
    bitcoin: world.bitcoin ?? [bitcoin('a'), bitcoin('b')],
    supply: world.supply ?? [supply('m'), supply('n')],
  };
  return auditAsset(asset, world.options ?? {}, { ...sources, clock, pause: async () => {} });
}

function codes(report: { reasons: readonly { code: string }[] }): string[] {
  return report.reasons.map(({ code }) => code);
}

describe('of three sources, one alone', () => {
  it('does not say where the window ends', async () => {
    const boast = changing('x', (one) => ({ ...one, tip: { ...one.tip, height: 9_999_999 } }));
    const report = await audit({ bitcoin: [boast, bitcoin('a'), bitcoin('b')] });
    expect(report).toMatchObject({
      verdict: 'backed',
      reserves: { tip: { height: 105 } },
      window: { fromHeight: 100, toHeight: 105, holdsAcrossWindow: true },
    });
  });

  it('gives no window where it alone has read every address', async () => {
    const a = scriptBitcoin(asset, { ...held, operator: 'a', unread: ['52'] });
    const b = scriptBitcoin(asset, { ...held, operator: 'b', unread: ['51'] });
    const report = await audit({ bitcoin: [a, b, bitcoin('x')] });
    expect(report).toMatchObject({
      verdict: 'backed',
      restsOnBounds: false,
      reserves: { sats: '100', tip: { height: 100 } },
      window: null,
    });
  });

  it('does not make a disagreement a block that was pruned away', async () => {
    const pruned = (operator: string) => {
      const error = new AssayError('BITCOIN_HEIGHT_PRUNED');
      return scriptBitcoin(asset, { ...held, operator, fails: 'readReserves', error });
    };
    const other = scriptBitcoin(asset, { operator: 'b', holdings: () => 1n });
    const options = { atHeight: 90 };
    const report = await audit({ bitcoin: [bitcoin('a'), other, pruned('x')], options });
    expect(report).toMatchObject({ verdict: 'indeterminate', reserves: { sats: null } });
    expect(codes(report)).toEqual(['BITCOIN_SOURCES_DISAGREE']);
    await expectCode(
      () => audit({ bitcoin: [bitcoin('a'), pruned('x'), pruned('y')], options }),
      'BITCOIN_HEIGHT_PRUNED',
    );
  });
});

describe('what fewer sources than the quorum say', () => {
  it('confirms no block: that it still stands is not known', async () => {
    const dying = (operator: string): BitcoinSource => {
      const source = bitcoin(operator);
      return {
        ...source,
        readPoint: async () => {
          throw new AssayError('SOURCE_UNREACHABLE');
        },
      };
    };
    for (const sources of [
      [dying('a'), dying('b')],
      [dying('a'), bitcoin('b')],
    ]) {
      const report = await audit({ bitcoin: sources });
      expect(report).toMatchObject({ verdict: 'indeterminate', reserves: { sats: '100' } });
      expect(codes(report)).toEqual(['BITCOIN_QUORUM_NOT_MET']);
    }
    expect((await audit({ bitcoin: [dying('a'), bitcoin('b'), bitcoin('c')] })).verdict).toBe(
      'backed',
    );
  });

  it('is not asked for where the registry asks for more, without saying so', async () => {
    const whole = await audit({});
    expect(whole.notProven.join(' ')).not.toContain('as many operators agree');
    const report = await audit({ options: { quorum: 1 } });
    expect(report.verdict).toBe('backed');
    expect(report.notProven).toContain(
      'That as many operators agree as the registry asks for: it asks for 2, and this audit for 1.',
    );
  });
});

describe('the block that the figures are of', () => {
  it('is the one that was asked for, of the reserves too', async () => {
    const elsewhere = (operator: string) =>
      changing(operator, (one) => ({ ...one, point: { ...one.point, height: 7 } }));
    const report = await audit({ bitcoin: [elsewhere('a'), elsewhere('b')] });
    expect(report).toMatchObject({ verdict: 'indeterminate', reserves: { sats: null } });
    expect(codes(report)).toEqual(['BITCOIN_QUORUM_NOT_MET']);
    expect(report.reserves.observations.map(({ fault }) => fault?.code)).toEqual([
      'SOURCE_RESPONSE_INVALID',
      'SOURCE_RESPONSE_INVALID',
    ]);
  });

  it('is not chosen by one source that names an earlier one, of a supply that suits it', async () => {
    for (const sources of [
      [supply('m'), naming('x', 4930)],
      [naming('x', 4930), supply('m')],
    ]) {
      const report = await audit({ supply: sources });
      expect(report).toMatchObject({ verdict: 'indeterminate', supply: { amount: null } });
      expect(codes(report)).toEqual(['SUPPLY_SOURCES_DISAGREE']);
    }
    const report = await audit({ supply: [supply('m'), naming('x', 4930), supply('n')] });
    expect(report).toMatchObject({ verdict: 'backed', supply: { amount: '1000000000000' } });
    expect(report.supply.deployments[0]?.point).toMatchObject({ height: 5000 });
  });

  it('is said to have fewer confirmations than the registry asks for', async () => {
    const limit = (confirmations: string) =>
      `That the Bitcoin block stays in the chain: it has ${confirmations}, where the registry asks for 6.`;
    const told = async (atHeight: number) => (await audit({ options: { atHeight } })).notProven;
    expect(await told(105)).toContain(limit('1 confirmation'));
    expect(await told(101)).toContain(limit('5 confirmations'));
    expect((await told(100)).join(' ')).not.toContain('stays in the chain');
  });
});
