import type { Hex } from 'viem';
import { z } from 'zod';
import { AssayError } from '../../core/assayError.ts';
import { tokenIdParts } from '../../core/caip.ts';
import type { ChainPoint } from '../../core/chainPoint.ts';
import { parseToFirstFault } from '../../core/parseToFirstFault.ts';
import type { SourceRef } from '../../core/source.ts';
import { sourceRpcError } from '../../core/sourceErrors.ts';
import { type SupplyProof, verifySupplyProof } from '../../evidence/evmSupplyProof.ts';
import { emptyTrieRoot, maxTrieNodes } from '../../evidence/evmTrie.ts';
import { blockReorganised, blockTimeDiffers, supplyRequestInvalid } from '../errors.ts';
import type { ProofRequest, SupplyEvidence, SupplyToProve } from '../supplyProver.ts';
import { parseBlockHeader } from './blockHeader.ts';
import { encodeBlockHeader } from './encodeBlockHeader.ts';
import { findSupplySlots } from './findSupplySlots.ts';
import type { RpcCall } from './guardReads.ts';
import { HexData } from './hexData.ts';
import type { RpcAnswer } from './matchAnswers.ts';
import { classifyRpcFault } from './rpcFault.ts';
import { parseSupplySlot } from './supplySlots.ts';

type StorageProof = Extract<SupplyProof, { kind: 'storage' }>;

const RawProof = z.object({
  accountProof: z.array(HexData).max(maxTrieNodes),
  storageHash: HexData,
  storageProof: z.array(z.object({ proof: z.array(HexData).max(maxTrieNodes) })).length(1),
});

/**
 * Evidence for the supplies of one chain at one block, from one node. The node is trusted for nothing:
 * a header counts if its hash is the block's, a proof if it verifies, and a slot if it has the amount.
 *
 * @param send makes the calls, in their order
 * @throws AssayError SOURCE_*, SUPPLY_REORGANISED; INTERNAL_ERROR for a token of another chain
 */
export async function proveSupplies(
  { point, tokens }: ProofRequest,
  source: SourceRef,
  send: (calls: readonly RpcCall[]) => Promise<readonly RpcAnswer[]>,
): Promise<readonly SupplyEvidence[]> {
  const addresses = tokens.map((token) => addressOf(token, point));
  const recorded = tokens.map(({ slot }) => (slot === undefined ? slot : parseSupplySlot(slot)));
  const header = await readHeader();
  if (header === null) {
    return tokens.map((token) => ({
      proof: callOnly(token, null),
      reason: 'header',
      slots: [],
      recordedSlotWrong: false,
    }));
  }
  const block = { blockHash: point.hash, requireCanonical: true } as const;
  const found = await findSupplySlots(
    tokens.map(({ amount }, index) => ({
      address: addresses[index] ?? '',
      amount,
      recorded: recorded[index],
    })),
    block,
    send,
  );
  const slots = found.map((one) => ('slot' in one ? one.slot : undefined));
  let proofs = await readProofs(slots, header, block);
  if (slots.some((slot, index) => slot !== undefined && !proofs[index])) {
    // Not every server takes a hash here; another block at that height would not verify.
    const rest = slots.map((slot, index) => (proofs[index] ? undefined : slot));
    const more = await readProofs(rest, header, `0x${point.height.toString(16)}`);
    proofs = proofs.map((proof, index) => proof ?? more[index]);
  }
  return tokens.map((token, index): SupplyEvidence => {
    const one = found[index];
    const proof = proofs[index];
    const recordedSlotWrong = one?.recordedSlotWrong ?? false;
    if (one && 'slot' in one && proof) return { proof, slotFrom: one.slotFrom, recordedSlotWrong };
    const { reason, slots: several } =
      one && 'reason' in one ? one : { reason: 'unavailable' as const, slots: [] };
    return { proof: callOnly(token, header), reason, slots: several, recordedSlotWrong };
  });

  async function readHeader(): Promise<Hex | null> {
    const method = 'eth_getBlockByHash';
    const [answer] = await send([{ method, params: [point.hash, false] }]);
    if (!answer || 'fault' in answer) {
      if (answer && classifyRpcFault(answer.fault) === 'unavailable') {
        throw blockReorganised(source, point);
      }
      throw sourceRpcError(source, method, answer?.fault.code ?? 0);
    }
    const block = parseBlockHeader(answer.result, point.height, source);
    if (block?.hash !== point.hash) throw blockReorganised(source, point);
    if (block.time !== point.time) throw blockTimeDiffers(source, point);
    return encodeBlockHeader(answer.result, point.hash);
  }

  /** The proofs that verify; undefined where no slot is given, or the server gives no such proof. */
  async function readProofs(
    wanted: readonly (Hex | undefined)[],
    rlp: Hex,
    at: unknown,
  ): Promise<readonly (StorageProof | undefined)[]> {
    const calls = wanted.flatMap((slot, index): RpcCall[] =>
      slot === undefined
        ? []
        : [{ method: 'eth_getProof', params: [addresses[index], [slot], at] }],
    );
    const answers = [...(calls.length === 0 ? [] : await send(calls))];
    return Promise.all(
      tokens.map((token, index) => {
        const slot = wanted[index];
        return slot === undefined ? undefined : readProof(answers.shift(), token, slot, rlp);
      }),
    );
  }

  async function readProof(
    answer: RpcAnswer | undefined,
    token: SupplyToProve,
    slot: Hex,
    rlp: Hex,
  ): Promise<StorageProof | undefined> {
    const result = answer && 'result' in answer ? answer.result : undefined;
    const parsed = parseToFirstFault(RawProof, result);
    if (!parsed.success) return undefined;
    const { data } = parsed;
    // Some servers show the empty trie as a node.
    const nodes = data.storageHash === emptyTrieRoot ? [] : (data.storageProof[0]?.proof ?? []);
    const proof: StorageProof = {
      ...describe(token),
      kind: 'storage',
      header: rlp,
      accountProof: data.accountProof,
      slot,
      storageProof: nodes,
    };
    try {
      await verifySupplyProof(proof);
    } catch (thrown) {
      if (thrown instanceof AssayError && thrown.code === 'EVIDENCE_PROOF_INVALID')
        return undefined;
      throw thrown;
    }
    return proof;
  }

  function callOnly(
    token: SupplyToProve,
    rlp: Hex | null,
  ): Extract<SupplyProof, { kind: 'call-only' }> {
    return { ...describe(token), kind: 'call-only', header: rlp };
  }

  function describe({ token, amount, decimals }: SupplyToProve) {
    const { chain, height, hash, time } = point;
    return {
      token,
      point: { chain, height, hash: `0x${hash.slice(2)}` as const, time },
      amount: amount.toString(),
      decimals,
    };
  }
}

function addressOf({ token }: SupplyToProve, point: ChainPoint): string {
  const { chain, standard, reference } = tokenIdParts(token);
  if (chain !== point.chain || standard !== 'erc20' || !/^0x[0-9a-fA-F]{40}$/.test(reference)) {
    throw supplyRequestInvalid(`names ${token}, which is not an ERC-20 token of ${point.chain}`);
  }
  return reference;
}
