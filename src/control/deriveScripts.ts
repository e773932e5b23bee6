import { checksum, networks, Output } from '@bitcoinerlab/descriptors';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { BitcoinNetwork, BitcoinNetworkName } from '../core/bitcoinNetwork.ts';
import type { ControlCode } from '../core/codes/controlCodes.ts';
import { addressScript } from './addressScript.ts';
import { ControlError } from './errors.ts';

/** Which addresses of a ranged descriptor: both ends are part of it. */
export interface DescriptorRange {
  readonly from: number;
  readonly to: number;
}

/** One script of a descriptor. */
export interface DerivedScript {
  /** The value of `*`. */
  readonly index: number;
  /** The value of `<a;b>` (BIP-389), where the descriptor has it. */
  readonly branch?: number;
  /** scriptPubKey in lower-case hex. */
  readonly script: string;
  readonly address: string;
}

/** A step takes milliseconds: more would keep the process busy for minutes. */
const maxScripts = 10_000;
/** What a step takes grows with the descriptor: one with more keys than two counts for several. */
const charactersPerStep = 300;
const maxIndex = 0x7fff_ffff;

const libraryNetworks: Record<BitcoinNetworkName, typeof networks.bitcoin> = {
  mainnet: networks.bitcoin,
  testnet4: networks.testnet,
  signet: networks.testnet,
  regtest: networks.regtest,
};

/**
 * The scripts of an output descriptor (BIP-380 and those after it, with miniscript) over a range, in
 * order of branch and index. The descriptor must carry its checksum and be public. One without `*`
 * has the range 0 to 0. No error quotes the descriptor: an xpub tells all addresses of its wallet.
 *
 * @throws ControlError CONTROL_DESCRIPTOR_INVALID, CONTROL_DESCRIPTOR_CHECKSUM,
 * CONTROL_DESCRIPTOR_WRONG_NETWORK, CONTROL_DESCRIPTOR_RANGE_INVALID
 *
 * @example
 * deriveScripts('wpkh(xpub…/0/*)#…', { from: 0, to: 19 }, network); // 20 scripts with addresses
 */
export function deriveScripts(
  descriptor: string,
  range: DescriptorRange,
  network: BitcoinNetwork,
): readonly DerivedScript[] {
  const body = requireChecksum(descriptor);
  requirePublic(body);
  requireNetwork(body, network);
  const branches = readBranches(body);
  const isRanged = body.includes('*');
  requireRange(range, isRanged, branches.length * scriptWeight(descriptor));

  const scripts: DerivedScript[] = [];
  for (const branch of branches) {
    for (let index = range.from; index <= range.to; index += 1) {
      scripts.push(deriveOne(descriptor, network, isRanged ? index : undefined, branch));
    }
  }
  return scripts;
}

/** As how many scripts one of this descriptor counts, where their number is bounded. */
export function scriptWeight(descriptor: string): number {
  return Math.ceil(descriptor.length / charactersPerStep);
}

function deriveOne(
  descriptor: string,
  network: BitcoinNetwork,
  index: number | undefined,
  branch: number | undefined,
): DerivedScript {
  try {
    const output = new Output({
      descriptor,
      checksumRequired: true,
      network: libraryNetworks[network.name],
      ...(index === undefined ? {} : { index }),
      ...(branch === undefined ? {} : { change: branch }),
    });
    return {
      index: index ?? 0,
      ...(branch === undefined ? {} : { branch }),
      script: bytesToHex(output.getScriptPubKey()),
      address: output.getAddress(),
    };
  } catch {
    // The library's message quotes the descriptor, so that not even the cause is kept.
    throw refuse('INVALID', 'cannot be read, or has no address');
  }
}

/** The descriptor without its checksum. */
function requireChecksum(descriptor: string): string {
  const [body = '', given, ...more] = descriptor.split('#');
  if (given === undefined || more.length > 0) throw refuse('CHECKSUM', 'has no checksum');
  if (given !== expectedChecksum(body)) throw refuse('CHECKSUM', 'has a wrong checksum');
  return body;
}

/** The library answers an empty text for a character that no descriptor has. */
function expectedChecksum(body: string): string {
  const expected = checksum(body);
  if (expected === '') throw refuse('INVALID', 'has a character that no descriptor has');
  return expected;
}

function requirePublic(body: string): void {
  const isPrivate =
    /[a-z]prv[1-9A-HJ-NP-Za-km-z]{50}/i.test(body) ||
    /(?<![1-9A-HJ-NP-Za-km-z])[59KLc][1-9A-HJ-NP-Za-km-z]{50,51}(?![1-9A-HJ-NP-Za-km-z])/.test(
      body,
    );
  if (isPrivate) throw refuse('INVALID', 'holds a private key, which belongs in no registry');
}

function requireNetwork(body: string, network: BitcoinNetwork): void {
  const expected = network.name === 'mainnet' ? 'xpub' : 'tpub';
  const keys = body.match(/(?<=[(,\]{])[xt]pub(?=[1-9A-HJ-NP-Za-km-z]{50})/g) ?? [];
  if (keys.some((prefix) => prefix !== expected)) {
    throw refuse('WRONG_NETWORK', `has a key that is none of ${network.name}`);
  }
  const [, address] = /^addr\(([^()]*)\)$/.exec(body) ?? [];
  if (address === undefined) return;
  try {
    addressScript(network, address);
  } catch {
    throw refuse('WRONG_NETWORK', `has an address that is none of ${network.name}`);
  }
}

/** The values that `<a;b>` takes, which every key of a descriptor must share. */
function readBranches(body: string): readonly (number | undefined)[] {
  const tuples = new Set(Array.from(body.matchAll(/<([^<>]*)>/g), (match) => match[1] ?? ''));
  const [tuple, ...others] = tuples;
  if (tuple === undefined) return [undefined];
  if (others.length > 0 || !/^\d{1,10}(;\d{1,10})+$/.test(tuple)) {
    throw refuse('INVALID', 'has branches that differ between its keys, or that are no numbers');
  }
  return tuple.split(';').map(Number);
}

function requireRange({ from, to }: DescriptorRange, isRanged: boolean, weight: number): void {
  const isOrdered =
    Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= maxIndex;
  if (!isOrdered) throw refuse('RANGE_INVALID', 'is given a range that is none');
  if (!isRanged && to > 0) throw refuse('RANGE_INVALID', 'has no * that a range could number');
  if ((to - from + 1) * weight > maxScripts) {
    throw refuse(
      'RANGE_INVALID',
      `is given a range of more than ${maxScripts} scripts, of which one counts again for every ${charactersPerStep} characters`,
    );
  }
}

type DescriptorFault = 'INVALID' | 'CHECKSUM' | 'WRONG_NETWORK' | 'RANGE_INVALID';

const faultCodes: Record<DescriptorFault, ControlCode> = {
  INVALID: 'CONTROL_DESCRIPTOR_INVALID',
  CHECKSUM: 'CONTROL_DESCRIPTOR_CHECKSUM',
  WRONG_NETWORK: 'CONTROL_DESCRIPTOR_WRONG_NETWORK',
  RANGE_INVALID: 'CONTROL_DESCRIPTOR_RANGE_INVALID',
};

function refuse(fault: DescriptorFault, what: string): ControlError {
  return new ControlError(faultCodes[fault], `the output descriptor ${what}`);
}
