import { hexToBigInt, maxUint256 } from 'viem';
import { z } from 'zod';
import { AssayError } from '../core/assayError.ts';
import { TokenId, tokenIdParts } from '../core/caip.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import { evmHeaderInvalid, evmProofInvalid } from './evmErrors.ts';
import { decodeEvmHeader, type EvmHeader, maxEvmHeaderBytes } from './evmHeader.ts';
import { readStorageRoot, readStorageSlot } from './evmState.ts';
import { maxTrieNodeBytes, maxTrieNodes } from './evmTrie.ts';

/** Bytes as `0x` and two lower-case digits each. */
const hex = z.templateLiteral(['0x', z.string().regex(/^(?:[0-9a-f]{2})*$/)]);
const hash = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{64}$/)]);

const header = hex.refine((text) => text.length <= 2 + 2 * maxEvmHeaderBytes, {
  error: `must have at most ${maxEvmHeaderBytes} bytes`,
});

const nodes = z
  .array(
    hex.refine((text) => text.length <= 2 + 2 * maxTrieNodeBytes, {
      error: `must have at most ${maxTrieNodeBytes} bytes`,
    }),
  )
  .max(maxTrieNodes);

const common = {
  /** CAIP-19: an ERC-20 of the chain of `point`. */
  token: z
    .string()
    .max(171)
    .regex(/^eip155:[1-9]\d{0,31}\/erc20:0x[0-9a-fA-F]{40}$/),
  /** The block of the figure; its hash is what was attested. */
  point: z.strictObject({
    chain: z.string().regex(/^eip155:[1-9]\d{0,31}$/),
    height: z.int().min(0),
    hash,
    /** Unix seconds. */
    time: z.int().min(0),
  }),
  /** The supply, in the token's smallest unit. */
  amount: z
    .string()
    .max(78)
    .regex(/^(?:0|[1-9]\d*)$/),
  decimals: z.int().min(0).max(255),
};

/**
 * What shows the supply of one token at one block: the block's header and, where the supply is kept in
 * one whole slot of the contract's storage, the way to it (EIP-1186). A supply that the contract
 * computes, or a chain whose blocks are hashed otherwise, has none: it is `call-only`.
 */
export const SupplyProof = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('storage'),
    /** RLP; its Keccak-256 is the block's hash. */
    header,
    /** From the header's state root to the contract's account. */
    accountProof: nodes,
    /** The slot that has the supply; for a proxy, of the proxy's own storage. */
    slot: hash,
    /** From the account's storage root to the slot; empty where the contract keeps nothing. */
    storageProof: nodes,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('call-only'),
    /** As above; null where the chain's block hash is not that of a standard header. */
    header: header.nullable(),
  }),
]);

export type SupplyProof = z.infer<typeof SupplyProof>;

/** What a proof of a supply shows. */
export interface VerifiedSupply {
  /** Whether the amount follows from the block's hash; if not, it is only what servers answered. */
  readonly proven: boolean;
  /** Whether height and time follow from the block's hash. */
  readonly headerProven: boolean;
  /** In the token's smallest unit. */
  readonly amount: bigint;
}

/**
 * Checks that a supply follows from the hash of its block alone: hash → header → state root → account →
 * storage root → slot → amount. It cannot show that the block is final, nor that the slot is the one
 * which `totalSupply()` answers with: the registry says so, or the equality of the two.
 *
 * @param proof as parsed by `SupplyProof`; it is parsed again, so that anything may be given
 * @throws AssayError EVIDENCE_HEADER_INVALID, EVIDENCE_PROOF_INVALID
 */
export async function verifySupplyProof(proof: SupplyProof): Promise<VerifiedSupply> {
  const parsed = parseToFirstFault(SupplyProof, proof);
  if (!parsed.success) {
    const place = parsed.issue.path.join('.') || 'value';
    throw evmProofInvalid(`the proof of a supply has no valid ${place}`);
  }
  const { data } = parsed;
  const { point } = data;
  const { chain, reference } = tokenIdParts(TokenId(data.token));
  if (chain !== point.chain) {
    throw evmProofInvalid(`the proof of ${data.token} names a block of ${point.chain}`);
  }
  const amount = BigInt(data.amount);
  if (amount > maxUint256) throw evmProofInvalid(`the amount of ${data.token} is no uint256`);
  if (data.kind === 'call-only') {
    if (data.header === null) return { proven: false, headerProven: false, amount };
    checkHeader(decodeEvmHeader(data.header), point);
    return { proven: false, headerProven: true, amount };
  }
  const decoded = decodeEvmHeader(data.header);
  checkHeader(decoded, point);
  const address = `0x${reference.slice(2).toLowerCase()}` as const;
  const storageRoot = readStorageRoot(decoded.stateRoot, address, data.accountProof);
  const stored = readStorageSlot(storageRoot, data.slot, data.storageProof);
  if (stored !== amount) {
    throw new AssayError('EVIDENCE_PROOF_INVALID', {
      message: `slot ${hexToBigInt(data.slot)} of ${data.token} has ${stored}, not ${amount}`,
      facts: { token: data.token, slot: data.slot, expected: data.amount, found: `${stored}` },
    });
  }
  return { proven: true, headerProven: true, amount };
}

function checkHeader(decoded: EvmHeader, point: SupplyProof['point']): void {
  if (decoded.hash !== point.hash) {
    throw evmHeaderInvalid(`has the hash ${decoded.hash}, not ${point.hash}`);
  }
  if (decoded.height !== BigInt(point.height)) {
    throw evmHeaderInvalid(`is of block ${decoded.height}, not of block ${point.height}`);
  }
  if (decoded.time !== BigInt(point.time)) {
    throw evmHeaderInvalid(`has the time ${decoded.time}, not ${point.time}`);
  }
}
