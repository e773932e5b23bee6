import { sha256, stringToBytes } from 'viem';
import { HDKey } from 'viem/accounts';
import { z } from 'zod';
import type { Bitcoind } from './startBitcoind.ts';

/** Every kind of script that custodians use. Multisig is 2 of 3. */
export const custodyTypes = [
  'p2pkh',
  'p2sh-multisig',
  'p2sh-p2wpkh',
  'p2wpkh',
  'p2wsh-multisig',
  'p2tr',
] as const;
export type CustodyType = (typeof custodyTypes)[number];

/** BIP 32 version bytes of test networks: tprv and tpub. */
const testVersions = { private: 0x04358394, public: 0x043587cf };

/**
 * The ranged descriptor (BIP 380 and following) with private keys of one custody type. The same
 * seed gives the same keys and addresses in every run; each type has keys of its own.
 */
export function describeCustody(seed: string, type: CustodyType): string {
  const key = (cosigner: number): string => {
    const root = HDKey.fromMasterSeed(
      sha256(stringToBytes(`${seed}/${type}/${cosigner}`), 'bytes'),
      testVersions,
    );
    return `${root.privateExtendedKey}/*`;
  };
  switch (type) {
    case 'p2pkh':
      return `pkh(${key(0)})`;
    case 'p2sh-multisig':
      return `sh(multi(2,${key(0)},${key(1)},${key(2)}))`;
    case 'p2sh-p2wpkh':
      return `sh(wpkh(${key(0)}))`;
    case 'p2wpkh':
      return `wpkh(${key(0)})`;
    case 'p2wsh-multisig':
      return `wsh(sortedmulti(2,${key(0)},${key(1)},${key(2)}))`;
    case 'p2tr':
      return `tr(${key(0)})`;
  }
}

/** Appends the checksum that importing a descriptor asks for. */
export async function addChecksum(bitcoind: Bitcoind, descriptor: string): Promise<string> {
  const { checksum } = z
    .object({ checksum: z.string() })
    .parse(await bitcoind.rpc('getdescriptorinfo', [descriptor]));
  return `${descriptor}#${checksum}`;
}

/**
 * The first `count` custody addresses of a seed and type, without any wallet: for reserves that are
 * only looked at. {@link createCustodian} gives the same addresses for the same seed.
 */
export async function deriveCustodyAddresses(
  bitcoind: Bitcoind,
  options: { readonly seed: string; readonly type: CustodyType; readonly count: number },
): Promise<string[]> {
  const { seed, type, count } = options;
  if (count === 0) return [];
  const descriptor = await addChecksum(bitcoind, describeCustody(seed, type));
  return z
    .array(z.string())
    .parse(await bitcoind.rpc('deriveaddresses', [descriptor, [0, count - 1]]));
}
