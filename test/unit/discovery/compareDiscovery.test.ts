import { describe, expect, it } from 'vitest';
import { Sats } from '../../../src/core/sats.ts';
import { compareDiscovery } from '../../../src/discovery/compareDiscovery.ts';
import type { PlaceOutcome } from '../../../src/discovery/readPlaces.ts';
import { decodeAddress } from '../../../src/registry/decodeAddress.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import {
  answered,
  assetOf,
  depositPlace,
  feedPlace,
  listPlace,
  publish,
  unread,
} from '../../support/discoveryReadings.ts';
import {
  buildRegistry,
  mainnetAddresses,
  makeAssetFile,
  makeCustody,
  makeDeployment,
  makeReservesFile,
} from '../../support/registryBuilder.ts';

const { p2pkh, p2wpkh, p2tr, p2sh } = mainnetAddresses;
const asOf = '2026-11-22';

/** An asset that lists p2wpkh, and a closed p2tr; the pool or the stranger has p2sh. */
async function registryWith(pool?: string) {
  await using built = await buildRegistry({
    one: {
      'asset.json': makeAssetFile('one', pool ? { pool } : {}),
      'reserves.json': makeReservesFile([makeCustody(p2tr, { until: '2026-11-21' }), p2wpkh]),
    },
    two: {
      'asset.json': makeAssetFile('two', {
        ...(pool && { pool }),
        deployments: [
          makeDeployment({ token: 'eip155:1/erc20:0x52908400098527886E0F7030069857D2E4169EE7' }),
        ],
      }),
      'reserves.json': makeReservesFile([p2sh]),
    },
  });
  return await loadRegistry(built.directory);
}

async function compare(outcomes: readonly PlaceOutcome[], pool?: string) {
  const registry = await registryWith(pool);
  return compareDiscovery({ registry, asset: assetOf(registry, 'one'), outcomes, asOf });
}

/** What is found of one address. */
async function judge(address: string, outcomes: readonly PlaceOutcome[], pool?: string) {
  const { rows } = await compare(outcomes, pool);
  const row = rows.find((one) => one.address === address);
  return row && [row.registry, row.issuer, row.chain, row.finding].join(' ');
}

describe('compareDiscovery', () => {
  it('agrees where registry, issuer and chain list the same', async () => {
    const both = [answered(feedPlace, [publish(p2wpkh)]), answered(listPlace, [publish(p2wpkh)])];
    const { rows, counts, complete } = await compare(both);
    expect(rows.map(({ address, finding }) => [address, finding])).toEqual([
      [p2tr, 'agreed'],
      [p2wpkh, 'agreed'],
    ]);
    expect([counts.agreed, complete]).toEqual([2, true]);
  });

  it('finds what is published as custody and not in the registry', async () => {
    const outcomes = [answered(feedPlace, [publish(p2pkh), publish(p2wpkh)])];
    expect(await judge(p2pkh, outcomes)).toBe('absent listed not-asked new');
  });

  it('finds what a list that was read to the end does not name', async () => {
    expect(await judge(p2wpkh, [answered(feedPlace, [publish(p2pkh)])])).toBe(
      'listed absent not-asked unconfirmed',
    );
    const listedOnce = [answered(feedPlace, [publish(p2wpkh)]), answered(listPlace, [])];
    expect(await judge(p2wpkh, listedOnce)).toBe('listed listed absent unconfirmed');
  });

  it('does not expect all custody of a contract that knows deposit addresses alone', async () => {
    const outcomes = [answered(feedPlace, [publish(p2wpkh)]), answered(depositPlace, [])];
    expect(await judge(p2wpkh, outcomes)).toBe('listed listed absent agreed');
    expect(await judge(p2wpkh, [answered(depositPlace, [])])).toBe(
      'listed not-asked absent unconfirmed',
    );
  });

  it.each([
    ['a place that failed', unread(feedPlace)],
    ['a list that was not read to the end', answered(feedPlace, [publish(p2pkh)], false)],
  ])('leaves unknown what %s does not name', async (_, outcome) => {
    expect(await judge(p2wpkh, [outcome])).toBe('listed unknown not-asked unknown');
    expect(await judge(p2tr, [outcome])).toBe('closed unknown not-asked unknown');
    expect(await judge(p2wpkh, [outcome, answered(depositPlace, [])])).toBe(
      'listed unknown absent unknown',
    );
  });

  it('leaves everything unknown where every place fails', async () => {
    const { counts, complete } = await compare([unread(feedPlace), unread(listPlace)]);
    expect([counts.unknown, counts.unconfirmed, complete]).toEqual([2, 0, false]);
  });

  it('finds a closed address that is published as current', async () => {
    expect(await judge(p2tr, [answered(feedPlace, [publish(p2tr)])])).toBe(
      'closed listed not-asked reopened',
    );
  });

  it('holds `until` to the day: on its last day an address is open', async () => {
    const registry = await registryWith();
    const input = { registry, asset: assetOf(registry, 'one'), outcomes: [unread(feedPlace)] };
    const states = (day: string) => compareDiscovery({ ...input, asOf: day }).rows[0]?.registry;
    expect([states('2026-11-21'), states('2026-11-22')]).toEqual(['listed', 'closed']);
  });

  it('finds custody that a place names as somebody else’s, and lets other people’s be', async () => {
    const other = { role: 'other' } as const;
    const outcomes = [answered(depositPlace, [publish(p2pkh, other), publish(p2wpkh, other)])];
    expect(await judge(p2wpkh, outcomes)).toBe('listed not-asked other other-use');
    expect(await judge(p2pkh, outcomes)).toBe('absent not-asked other not-custody');
  });

  it('finds what is published only as replaced, unless the registry has it closed', async () => {
    const former = { current: false };
    const outcomes = [
      answered(
        listPlace,
        [p2pkh, p2tr, p2wpkh].map((one) => publish(one, former)),
      ),
    ];
    expect(await judge(p2pkh, outcomes)).toBe('absent not-asked former former');
    expect(await judge(p2tr, outcomes)).toBe('closed not-asked former agreed');
    expect(await judge(p2wpkh, outcomes)).toBe('listed not-asked former former');
  });

  it('finds a double claim, and compares a shared pool as one', async () => {
    const outcomes = [answered(feedPlace, [publish(p2sh), publish(p2wpkh)])];
    const { rows } = await compare(outcomes);
    expect(rows.find(({ address }) => address === p2sh)).toMatchObject({
      finding: 'double-claim',
      listedUnder: ['two'],
    });
    expect(await judge(p2sh, outcomes, 'pool')).toBe('listed listed not-asked agreed');
  });

  it('lists claims that differ, and adds none up; what nobody read is null', async () => {
    const registry = await registryWith();
    const outcomes = [
      answered(feedPlace, [publish(p2wpkh, { claims: 5n })]),
      answered(listPlace, [publish(p2wpkh, { claims: 7n })]),
    ];
    const input = { registry, asset: assetOf(registry, 'one'), outcomes, asOf };
    const held = new Map([[decodeAddress(p2wpkh).script, Sats(0n)]]);
    const rowsOf = (rows: ReturnType<typeof compareDiscovery>['rows']) =>
      rows.map(({ claimedSats, heldSats }) => [claimedSats, heldSats]);
    expect(rowsOf(compareDiscovery(input).rows)).toEqual([
      [[], null],
      [[5n, 7n], null],
    ]);
    expect(rowsOf(compareDiscovery({ ...input, held }).rows)).toEqual([
      [[], null],
      [[5n, 7n], 0n],
    ]);
  });
});
