import { expect, it } from 'vitest';
import { Sats } from '../../../src/core/sats.ts';
import { collectAddresses, type RawEntry } from '../../../src/discovery/collectAddresses.ts';
import { makeAddresses } from '../../support/feedServer.ts';
import { mainnet, regtest } from '../../support/networks.ts';
import { mainnetAddresses } from '../../support/registryBuilder.ts';

function raw(text: string, changes: Partial<RawEntry> = {}): RawEntry {
  return { text, role: 'custody', purpose: 'test', current: true, claimedSats: null, ...changes };
}

const { p2wpkh, p2tr, p2pkh } = mainnetAddresses;

it('decodes each address and sorts them, whatever the order of the list', () => {
  const texts = Object.values(mainnetAddresses);
  const { addresses, notes, complete } = collectAddresses(
    texts.map((text) => raw(text)),
    mainnet,
  );
  expect(addresses.map(({ address }) => address)).toEqual([...texts].sort());
  expect(addresses.find(({ address }) => address === p2wpkh)).toEqual({
    address: p2wpkh,
    script: '0014751e76e8199196d454941c45d1b3a323f1433bd6',
    scriptType: 'p2wpkh',
    role: 'custody',
    purpose: 'test',
    current: true,
    claimedSats: null,
  });
  expect({ notes, complete }).toEqual({ notes: [], complete: true });
});

it.each([
  `'${p2wpkh}'`,
  `"${p2wpkh}`,
  ` ${p2wpkh}`,
  `${p2wpkh}\n`,
  '',
  '__proto__',
  '0x2260fac5e5542a773aa44fbcfedf7c193bc2c599',
  `${p2wpkh.slice(0, -1)}q`,
  'b'.repeat(200),
])('refuses %j with a note and does not mend it', (text) => {
  const { addresses, notes, complete } = collectAddresses([raw(text), raw(p2tr)], mainnet);
  expect(addresses.map(({ address }) => address)).toEqual([p2tr]);
  expect(notes.map(({ code }) => code)).toEqual(['DISCOVERY_ENTRY_INVALID']);
  expect(complete).toBe(false);
});

it('refuses an address of another network', () => {
  const { addresses, notes, complete } = collectAddresses([raw(p2pkh)], regtest);
  expect({ addresses, complete }).toEqual({ addresses: [], complete: false });
  expect(notes[0]?.message).toBe(`"${p2pkh}" is an address of mainnet, not of regtest`);
});

it('takes an address in capitals for the same', () => {
  const { addresses, notes } = collectAddresses([raw(p2wpkh.toUpperCase()), raw(p2wpkh)], mainnet);
  expect(addresses.map(({ address }) => address)).toEqual([p2wpkh]);
  expect(notes).toEqual([
    { code: 'DISCOVERY_ENTRY_REPEATED', message: `${p2wpkh} is listed 2 times` },
  ]);
});

it('counts the first custody entry of an address, and never a sum', () => {
  const entries = [
    raw(p2wpkh, { role: 'other', claimedSats: Sats(1n) }),
    raw(p2wpkh, { claimedSats: Sats(2n) }),
    raw(p2wpkh, { claimedSats: Sats(4n) }),
    raw(p2wpkh, { role: 'other', claimedSats: Sats(8n) }),
  ];
  const { addresses } = collectAddresses(entries, mainnet);
  expect(addresses).toMatchObject([{ role: 'custody', claimedSats: 2n }]);
});

it('writes no more than twenty notes of a kind', () => {
  const repeated = makeAddresses(100).flatMap((text) => [raw(text), raw(text)]);
  const invalid = Array.from({ length: 100 }, (_, index) => raw(`no address ${index}`));
  const { addresses, notes } = collectAddresses([...repeated, ...invalid], mainnet);
  expect(addresses).toHaveLength(100);
  expect(notes).toHaveLength(42);
  expect(notes[20]).toEqual({
    code: 'DISCOVERY_ENTRY_INVALID',
    message: 'and 80 more of this kind',
  });
});
