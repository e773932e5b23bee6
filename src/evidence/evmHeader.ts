import { type Hex, keccak256 } from 'viem';
import { evmHeaderInvalid } from './evmErrors.ts';
import { decodeRlp, type RlpItem, readRlpBytes, readRlpInteger } from './evmRlp.ts';

/** What a block header says about its block. */
export interface EvmHeader {
  /** Keccak-256 of the header's RLP. */
  readonly hash: Hex;
  readonly height: bigint;
  /** Unix seconds. */
  readonly time: bigint;
  /** Root of the trie of all accounts after the block. */
  readonly stateRoot: Hex;
}

/** The longest header that is read: extra data is 32 bytes on most chains, some 2,000 on others. */
export const maxEvmHeaderBytes = 8192;

/** Far more than any fork has added: 17 until Shanghai, 20 until Cancun, 21 until Prague. */
const maxFields = 40;

/** The fields that every header has, in their order, and what is in each. */
const fields: readonly (readonly [name: string, isValid: (item: RlpItem) => boolean])[] = [
  ['parentHash', isBytes(32)],
  ['sha3Uncles', isBytes(32)],
  ['miner', isBytes(20)],
  ['stateRoot', isBytes(32)],
  ['transactionsRoot', isBytes(32)],
  ['receiptsRoot', isBytes(32)],
  ['logsBloom', isBytes(256)],
  ['difficulty', isInteger],
  ['number', isInteger],
  ['gasLimit', isInteger],
  ['gasUsed', isInteger],
  ['timestamp', isInteger],
  ['extraData', (item) => item instanceof Uint8Array],
  ['mixHash', isBytes(32)],
  ['nonce', isBytes(8)],
];
const stateRootAt = 3;
const numberAt = 8;
const timestampAt = 11;

/**
 * A block header from its RLP, of any fork: later ones append fields, which matter for the hash only.
 *
 * @throws AssayError EVIDENCE_HEADER_INVALID
 */
export function decodeEvmHeader(rlp: Hex): EvmHeader {
  if (rlp.length > 2 + 2 * maxEvmHeaderBytes) {
    throw evmHeaderInvalid(`is longer than ${maxEvmHeaderBytes} bytes`);
  }
  const items = decodeRlp(rlp);
  if (items === undefined || items instanceof Uint8Array) {
    throw evmHeaderInvalid('is not one list in canonical RLP');
  }
  if (items.length < fields.length || items.length > maxFields) {
    throw evmHeaderInvalid(
      `has ${items.length} fields, not ${fields.length} (or some more: up to ${maxFields})`,
    );
  }
  for (const [index, item] of items.entries()) {
    const [name, isValid] = fields[index] ?? [
      `field ${index + 1}`,
      (one: RlpItem) => one instanceof Uint8Array,
    ];
    if (!isValid(item)) throw evmHeaderInvalid(`has no valid ${name}`);
  }
  const height = readRlpInteger(items[numberAt], 32);
  const time = readRlpInteger(items[timestampAt], 32);
  const stateRoot = readRlpBytes(items[stateRootAt], 32);
  if (height === undefined || time === undefined || stateRoot === undefined) {
    throw evmHeaderInvalid('has no valid number, timestamp or stateRoot');
  }
  return { hash: keccak256(rlp), height, time, stateRoot };
}

function isBytes(length: number): (item: RlpItem) => boolean {
  return (item) => readRlpBytes(item, length) !== undefined;
}

function isInteger(item: RlpItem): boolean {
  return readRlpInteger(item, 32) !== undefined;
}
