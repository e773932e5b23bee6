import { checksum } from '@bitcoinerlab/descriptors';
import { describe, expect, it } from 'vitest';
import { deriveScripts } from '../../../src/control/deriveScripts.ts';
import type { ControlCode } from '../../../src/core/codes/controlCodes.ts';
import { expectCode } from '../../support/expectCode.ts';
import { mainnet, regtest, testnet4 } from '../../support/networks.ts';

// The account key m/84'/0'/0' of BIP-84's test vector, in the serialisation that descriptors take.
const xpub =
  'xpub6CatWdiZiodmUeTDp8LT5or8nmbKNcuyvz7WyksVFkKB4RHwCD3XyuvPEbvqAQY3rAPshWcMLoP2fMFMKHPJ4ZeZXYVUhLv1VMrjPC7PW6V';
const first = { from: 0, to: 0 };

function withChecksum(body: string): string {
  return `${body}#${checksum(body)}`;
}

describe('the scripts of a descriptor', () => {
  it("are those of BIP-84's test vector", () => {
    const scripts = deriveScripts(withChecksum(`wpkh(${xpub}/0/*)`), { from: 0, to: 1 }, mainnet);
    expect(scripts).toEqual([
      {
        index: 0,
        script: '0014c0cebcd6c3d3ca8c75dc5ec62ebe55330ef910e2',
        address: 'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu',
      },
      {
        index: 1,
        script: '00149c90f934ea51fa0f6504177043e0908da6929983',
        address: 'bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g',
      },
    ]);
  });

  it('take both branches of <0;1>, the first one first', () => {
    const scripts = deriveScripts(
      withChecksum(`wpkh(${xpub}/<0;1>/*)`),
      { from: 0, to: 1 },
      mainnet,
    );
    expect(scripts.map(({ branch, index }) => [branch, index])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(scripts[2]?.address).toBe('bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el');
  });

  it('do not depend on the order of the keys of a sortedmulti', () => {
    const of = (a: number, b: number) =>
      deriveScripts(
        withChecksum(`wsh(sortedmulti(2,${xpub}/${a}/*,${xpub}/${b}/*))`),
        { from: 7, to: 7 },
        mainnet,
      );
    expect(of(0, 1)).toEqual(of(1, 0));
    expect(of(0, 1)[0]?.script).toMatch(/^0020[0-9a-f]{64}$/);
  });

  it('are one where the descriptor has no range', () => {
    const descriptor = withChecksum(`pkh(${xpub}/0/0)`);
    expect(deriveScripts(descriptor, first, mainnet)).toHaveLength(1);
  });
});

describe('a descriptor', () => {
  const good = withChecksum(`wpkh(${xpub}/0/*)`);
  const wif = 'L4rK1yDtCWekvXuE6oXD9jCYfFNV2cWRpVuPLBcCU2z8TrisoyY1';
  const xprv =
    'xprvA1RpRA33e1JQ7ifknakTFpgNXPmW2YvmhqLQYMmrj4xJXXWYpDPS3xz7iAxn8L39njGVyuoseXzU6rcxFLJ8HFsTjSyQbLYnMpCqE2VbFWc';

  it.each<[string, string, ControlCode]>([
    ['without a checksum', `wpkh(${xpub}/0/*)`, 'CONTROL_DESCRIPTOR_CHECKSUM'],
    ['with an empty checksum', `wpkh(${xpub}/0/*)#`, 'CONTROL_DESCRIPTOR_CHECKSUM'],
    [
      'with a wrong checksum',
      `${good.slice(0, -1)}${good.endsWith('q') ? 'p' : 'q'}`,
      'CONTROL_DESCRIPTOR_CHECKSUM',
    ],
    ['with a checksum that is too long', `${good}q`, 'CONTROL_DESCRIPTOR_CHECKSUM'],
    ['with an error in its payload', good.replace('/0/*', '/1/*'), 'CONTROL_DESCRIPTOR_CHECKSUM'],
    ['with two checksums', `${good}#${checksum('')}`, 'CONTROL_DESCRIPTOR_CHECKSUM'],
    ['with a character that none has', 'wpkh(Ü)#00000000', 'CONTROL_DESCRIPTOR_INVALID'],
    [
      'with an extended private key',
      withChecksum(`wpkh(${xprv}/0/*)`),
      'CONTROL_DESCRIPTOR_INVALID',
    ],
    ['with a private key', withChecksum(`wpkh(${wif})`), 'CONTROL_DESCRIPTOR_INVALID'],
    [
      'with hardened steps below a public key',
      withChecksum(`wpkh(${xpub}/0h/*)`),
      'CONTROL_DESCRIPTOR_INVALID',
    ],
    [
      'with branches that differ',
      withChecksum(`wsh(multi(1,${xpub}/<0;1>/*,${xpub}/<2;3>/*))`),
      'CONTROL_DESCRIPTOR_INVALID',
    ],
    ['of an unknown kind', withChecksum(`zpkh(${xpub}/0/*)`), 'CONTROL_DESCRIPTOR_INVALID'],
    [
      'with an address of another network',
      withChecksum('addr(mpLQjfK79b7CCV4VMJWEWAj5Mpx8Up5zxB)'),
      'CONTROL_DESCRIPTOR_WRONG_NETWORK',
    ],
  ])('is refused %s', async (_what, descriptor, code) => {
    const error = await expectCode(() => deriveScripts(descriptor, first, mainnet), code);
    expect(error.message).not.toMatch(/pub|prv|L4rK/);
    expect(error.cause).toBeUndefined();
  });

  it.each([testnet4, regtest])(
    'is refused with an xpub of another network: $name',
    async (network) => {
      await expectCode(
        () => deriveScripts(good, first, network),
        'CONTROL_DESCRIPTOR_WRONG_NETWORK',
      );
      const withOrigin = withChecksum(`wpkh([deadbeef/84h/0h/0h]${xpub}/0/*)`);
      await expectCode(
        () => deriveScripts(withOrigin, first, network),
        'CONTROL_DESCRIPTOR_WRONG_NETWORK',
      );
    },
  );

  it.each([
    ['from above to', { from: 2, to: 1 }],
    ['below zero', { from: -1, to: 1 }],
    ['of fractions', { from: 0, to: 0.5 }],
    ['above the last index', { from: 0x80000000, to: 0x80000000 }],
    ['of more than 10,000', { from: 0, to: 10_000 }],
  ])('is refused with a range %s', async (_what, range) => {
    await expectCode(() => deriveScripts(good, range, mainnet), 'CONTROL_DESCRIPTOR_RANGE_INVALID');
  });

  it('is refused with a range that it has no use for', async () => {
    await expectCode(
      () => deriveScripts(withChecksum(`wpkh(${xpub}/0/0)`), { from: 0, to: 1 }, mainnet),
      'CONTROL_DESCRIPTOR_RANGE_INVALID',
    );
  });
});
