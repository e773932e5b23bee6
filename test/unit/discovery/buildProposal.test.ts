import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sats } from '../../../src/core/sats.ts';
import { buildProposal } from '../../../src/discovery/buildProposal.ts';
import { compareDiscovery } from '../../../src/discovery/compareDiscovery.ts';
import { describeSource } from '../../../src/discovery/describeSource.ts';
import type { Proposal } from '../../../src/discovery/proposal.ts';
import type { PlaceOutcome } from '../../../src/discovery/readPlaces.ts';
import { checkRegistry } from '../../../src/registry/checkRegistry.ts';
import { decodeAddress } from '../../../src/registry/decodeAddress.ts';
import { loadRegistry } from '../../../src/registry/loadRegistry.ts';
import { ReservesFile } from '../../../src/registry/reservesFile.ts';
import {
  answered,
  assetOf,
  depositPlace,
  feedPlace,
  listPlace,
  publish,
  readAt,
  readingOf,
  unread,
} from '../../support/discoveryReadings.ts';
import {
  type BuiltRegistry,
  buildRegistry,
  mainnetAddresses,
  makeAssetFolder,
} from '../../support/registryBuilder.ts';

/** The registry lists p2wpkh. */
const { p2pkh, p2wpkh, p2tr, p2wsh, p2sh } = mainnetAddresses;

let built: BuiltRegistry;
beforeEach(async () => {
  built = await buildRegistry({ one: makeAssetFolder('one') });
});
afterEach(() => built.remove());

async function propose(
  outcomes: readonly PlaceOutcome[],
  held: Readonly<Record<string, bigint>> = {},
  takenKeys: readonly string[] = ['issuer'],
): Promise<Proposal> {
  const registry = await loadRegistry(built.directory);
  const asset = assetOf(registry, 'one');
  const sats = Object.entries(held).map(
    ([address, amount]) => [decodeAddress(address).script, Sats(amount)] as const,
  );
  const comparison = compareDiscovery({
    registry,
    asset,
    outcomes,
    asOf: '2026-11-22',
    held: new Map(sats),
  });
  const facts = { issuer: asset.issuer, atOwnUrl: true, provenance: [] };
  return buildProposal(comparison, {
    registry,
    asset,
    outcomes,
    sources: outcomes.map((one) => ('reading' in one ? describeSource(one.reading, facts) : null)),
    takenKeys,
    heldAt: sats.length > 0 ? readAt : null,
    madeAt: readAt,
  });
}

describe('buildProposal', () => {
  it('proposes what is published and new, as reserves.json writes it', async () => {
    const outcomes = [
      answered(
        feedPlace,
        [p2wpkh, p2tr, p2pkh].map((one) => publish(one)),
      ),
      answered(
        listPlace,
        [p2wpkh, p2tr, p2pkh].map((one) => publish(one)),
      ),
    ];
    const proposal = await propose(outcomes);
    expect(proposal.add.map(({ address, provenance }) => [address, provenance])).toEqual([
      [p2pkh, ['cbbtc-json-2026-11-22', 'por-address-list-2026-11-22']],
      [p2tr, ['cbbtc-json-2026-11-22', 'por-address-list-2026-11-22']],
    ]);
    expect(proposal.add[0]).toMatchObject({
      custodian: 'Issuer',
      note: 'Published as: reserve address. The custodian is assumed to be the issuer; confirm it.',
    });
    expect([proposal.close, proposal.questions]).toEqual([[], []]);
  });

  it('passes the check of the registry once it is taken over', async () => {
    const { sources, add } = await propose([
      answered(
        feedPlace,
        [p2wpkh, p2tr, p2pkh].map((one) => publish(one)),
      ),
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'assay-merged-'));
    try {
      await cp(built.directory, folder, { recursive: true });
      const file = join(folder, 'one', 'reserves.json');
      const reserves = ReservesFile.parse(JSON.parse(await readFile(file, 'utf8')));
      const merged = {
        ...reserves,
        sources: { ...reserves.sources, ...sources },
        addresses: [...reserves.addresses, ...add].sort((a, b) => (a.address < b.address ? -1 : 1)),
      };
      await writeFile(file, JSON.stringify(merged));
      const { registry, findings } = await checkRegistry(folder, '2026-11-22');
      expect(findings).toEqual([]);
      expect(registry?.assets.get('one')?.custody.map(({ address }) => address)).toEqual(
        [p2pkh, p2tr, p2wpkh].sort(),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('takes no key that the file has', async () => {
    const taken = ['cbbtc-json-2026-11-22', 'cbbtc-json-2026-11-22-2'];
    const { sources } = await propose(
      [answered(feedPlace, [publish(p2wpkh), publish(p2tr)])],
      {},
      taken,
    );
    expect(Object.keys(sources)).toEqual(['cbbtc-json-2026-11-22-3']);
  });

  it('asks instead of proposing where anything speaks against it', async () => {
    const invalid = { result: 'invalid', reason: 'another key' } as const;
    const { add, close, questions, sources } = await propose([
      answered(
        feedPlace,
        [p2tr, p2wpkh].map((one) => publish(one)),
      ),
      answered(depositPlace, [
        publish(p2tr, { role: 'other' }),
        publish(p2wpkh, { role: 'other' }),
        publish(p2pkh, { current: false }),
        publish(p2sh, { role: 'other' }),
        publish(p2wsh, { signature: invalid }),
      ]),
    ]);
    expect([add, close, sources]).toEqual([[], [], {}]);
    expect(questions.map(({ address, finding }) => [address, finding])).toEqual([
      [p2pkh, 'former'],
      [p2tr, 'new'],
      [p2wsh, 'new'],
      [p2wpkh, 'other-use'],
    ]);
    expect(questions[0]?.text).toBe(
      'It is published only as replaced: do coins of the asset lie there still? What it holds was not read.',
    );
  });

  it('asks about a double claim', async () => {
    await built.remove();
    const two = makeAssetFolder('two');
    const asset = JSON.parse(
      JSON.stringify(two['asset.json']).replace(
        '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
        '0x52908400098527886E0F7030069857D2E4169EE7',
      ),
    );
    const reserves = JSON.parse(JSON.stringify(two['reserves.json']).replace(p2wpkh, p2tr));
    built = await buildRegistry({
      one: makeAssetFolder('one'),
      two: { 'asset.json': asset, 'reserves.json': reserves },
    });
    const { add, questions } = await propose([
      answered(feedPlace, [publish(p2wpkh), publish(p2tr)]),
    ]);
    expect(add).toEqual([]);
    expect(questions).toMatchObject([{ address: p2tr, finding: 'double-claim' }]);
    expect(questions[0]?.text).toContain('The registry lists it for two');
  });

  it('closes an address only where all was read and it is known to hold nothing', async () => {
    const gone = [answered(feedPlace, [publish(p2tr)])];
    expect((await propose(gone, { [p2wpkh]: 0n })).close).toEqual([
      {
        address: p2wpkh,
        until: '2026-11-22',
        reason: 'No place publishes it as current, every place was read, and it holds nothing.',
      },
    ]);
    for (const [outcomes, held] of [
      [gone, {}],
      [gone, { [p2wpkh]: 1n }],
      [[...gone, unread(listPlace)], { [p2wpkh]: 0n }],
    ] as const) {
      const { close, questions } = await propose(outcomes, held);
      expect(close).toEqual([]);
      expect(questions).toMatchObject([{ address: p2wpkh, finding: 'unconfirmed' }]);
    }
  });

  it('proposes nothing from what is unknown', async () => {
    const { add, close, questions } = await propose([unread(feedPlace), unread(listPlace)]);
    expect([add, close, questions]).toEqual([[], [], []]);
  });
});

describe('describeSource', () => {
  const facts = { issuer: 'Issuer', atOwnUrl: true, provenance: [{ kind: 'claimed' }] } as const;
  const published = [{ kind: 'published' }] as const;

  it.each([
    ['a feed at the URL of the registry', feedPlace, facts, 'published Issuer'],
    [
      'a feed at a URL given by hand',
      feedPlace,
      { ...facts, atOwnUrl: false },
      'claimed issuer.example',
    ],
    [
      'a contract that a third party named',
      depositPlace,
      facts,
      /^claimed the keeper of eip155:1:/,
    ],
    [
      'a contract that the issuer named',
      depositPlace,
      { ...facts, provenance: published },
      'published Issuer',
    ],
    [
      'a list that others keep',
      listPlace,
      { ...facts, provenance: published },
      /^claimed the keeper of/,
    ],
  ])('says whose word %s is', (_, place, known, expected) => {
    const { kind, by } = describeSource(readingOf(place, []), known);
    expect(`${kind} ${by}`).toMatch(expected);
  });

  it('names the URL of a feed, and contract, block and server of a list', () => {
    expect(describeSource(readingOf(feedPlace, []), facts)).toMatchObject({
      source: 'https://issuer.example/proof-of-reserves.json',
      date: '2026-11-22',
    });
    expect(describeSource(readingOf(listPlace, []), facts).source).toMatch(
      /^eip155:1:0x5290\S+ at block 20000000 \(0x[0-9a-f]{64}\), read from node\.example$/,
    );
  });
});
