import { type Hex, keccak256, numberToHex, size, toRlp } from 'viem';
import { z } from 'zod';
import { maxEvmHeaderBytes } from '../../evidence/evmHeader.ts';
import { HexData } from './hexData.ts';
import { HexQuantity } from './hexQuantity.ts';

/** An integer as RLP has it: big-endian, without leading zeros, so that 0 is empty. */
const integer = HexQuantity.transform((value): Hex => {
  if (value === 0n) return '0x';
  const digits = numberToHex(value).slice(2);
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`;
});

/** Servers leave out what a fork has not brought yet, or say null. */
const laterInteger = integer.nullish();
const laterData = HexData.nullish();

/** The fields of a header in the order in which they are hashed (EIP-1559, 4895, 4844, 4788, 7685). */
const HeaderFields = z.object({
  parentHash: HexData,
  sha3Uncles: HexData,
  miner: HexData,
  stateRoot: HexData,
  transactionsRoot: HexData,
  receiptsRoot: HexData,
  logsBloom: HexData,
  difficulty: integer,
  number: integer,
  gasLimit: integer,
  gasUsed: integer,
  timestamp: integer,
  extraData: HexData,
  mixHash: HexData,
  nonce: HexData,
  baseFeePerGas: laterInteger,
  withdrawalsRoot: laterData,
  blobGasUsed: laterInteger,
  excessBlobGas: laterInteger,
  parentBeaconBlockRoot: laterData,
  requestsHash: laterData,
});

/** How many fields the first headers had. */
const frontierFields = 15;

/**
 * The RLP of a block's header, from a raw answer of `eth_getBlockByHash`; null unless its Keccak-256 is
 * the block's hash: on a chain that hashes its blocks otherwise, or has fields which are not known
 * here, or that is longer than a verifier reads. What a server says of a block is proven thereby, or not used.
 *
 * @param hash lower-case
 */
export function encodeBlockHeader(raw: unknown, hash: string): Hex | null {
  const { data } = HeaderFields.safeParse(raw);
  if (!data) return null;
  const fields = Object.values(data);
  const missing = fields.findIndex((field) => field === undefined || field === null);
  const known = fields
    .flatMap((field) => field ?? [])
    .slice(0, missing === -1 ? undefined : missing);
  // Some servers show fields of later forks, as zeros, in blocks from before.
  for (let count = known.length; count >= frontierFields; count--) {
    const header = toRlp(known.slice(0, count));
    if (keccak256(header) === hash) return size(header) <= maxEvmHeaderBytes ? header : null;
  }
  return null;
}
