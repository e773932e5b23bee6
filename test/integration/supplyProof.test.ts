import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Address, encodeFunctionData, fromRlp, getAddress, numberToHex, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployContract, deployToken, type Token } from '../../devnet/deployToken.ts';
import { type Anvil, startAnvil } from '../../devnet/startAnvil.ts';
import { TokenId } from '../../src/core/caip.ts';
import type { ChainPoint } from '../../src/core/chainPoint.ts';
import { type SupplyProof, verifySupplyProof } from '../../src/evidence/evmSupplyProof.ts';
import { createEvmSource } from '../../src/supply/evm/evmSource.ts';
import { namespaceSlot } from '../../src/supply/evm/supplySlots.ts';
import { parseRpcOption } from '../../src/supply/parseRpcOption.ts';
import type { SupplyEvidence, SupplyToProve } from '../../src/supply/supplyProver.ts';
import type { SupplySource } from '../../src/supply/supplySource.ts';
import { rejectionCode } from '../support/rejection.ts';

const genesis = 1_700_000_000;
const chainId = 31_337;
const namespacedSlot = numberToHex(BigInt(namespaceSlot('openzeppelin.storage.ERC20')) + 2n, {
  size: 32,
});
const slot = (index: number) => numberToHex(index, { size: 32 });
const mintAbi = parseAbi(['function mint(address to, uint256 amount)']);

let anvil: Anvil;
let source: SupplySource;
let plain: Token;
let empty: Token;
let proxied: Address;
let implementation: Address;
let rebasing: Address;
let point: ChainPoint;

beforeAll(async () => {
  anvil = await startAnvil({ chainId, genesisTime: genesis });
  const at = (minute: number) => genesis + 60 * minute;
  plain = await deployToken(anvil, { name: 'A', symbol: 'dBTC', decimals: 8, at: at(1) });
  empty = await deployToken(anvil, { name: 'B', symbol: 'eBTC', decimals: 18, at: at(2) });
  implementation = await deployContract(anvil, { contract: 'UpgradeableToken', at: at(3) });
  proxied = await deployContract(anvil, {
    contract: 'TokenProxy',
    abi: parseAbi(['constructor(address implementation, bytes call) payable']),
    args: [implementation, mintCall(987_654_321n)],
    at: at(4),
  });
  rebasing = await deployContract(anvil, {
    contract: 'RebasingToken',
    abi: parseAbi(['constructor(uint256 shares, uint256 index)']),
    args: [1_000_000n, 1_234_567_890_123_456_789n],
    at: at(5),
  });
  await plain.mint({ amount: 123_456_789n, at: at(6) });
  await anvil.transactAt(at(7), () =>
    anvil.client.sendTransaction({
      account: plain.owner,
      to: implementation,
      data: mintCall(11n),
    }),
  );
  source = connect(anvil.url);
  point = await source.readPoint(7);
  // What comes after the block must not matter.
  await plain.mint({ amount: 5n, at: at(8) });
});
afterAll(async () => {
  await source?.close();
  await anvil?.stop();
});

function connect(url: string): SupplySource {
  return createEvmSource({ ...parseRpcOption(`eip155:${chainId}=${url}`), timeoutMs: 20_000 });
}

function mintCall(amount: bigint) {
  return encodeFunctionData({
    abi: mintAbi,
    functionName: 'mint',
    args: ['0x00000000000000000000000000000000000000aa', amount],
  });
}

function supplyOf(address: string, amount: bigint, recorded?: string): SupplyToProve {
  const token = TokenId(`eip155:${chainId}/erc20:${getAddress(address)}`);
  return { token, amount, decimals: 8, slot: recorded };
}

async function prove(
  tokens: readonly SupplyToProve[],
  from = source,
  at = point,
): Promise<readonly SupplyEvidence[]> {
  return (await from.evidence?.proveSupplies({ point: at, tokens })) ?? [];
}

async function proveStorage(token: SupplyToProve, from = source) {
  const [evidence] = await prove([token], from);
  if (!evidence || !('slotFrom' in evidence)) throw new Error('there is no proof of storage');
  return evidence;
}

describe('evidence for a supply', () => {
  it('proves a plain token, a proxy and the code behind it, each at its own storage', async () => {
    const tokens = [
      supplyOf(plain.address, 123_456_789n),
      supplyOf(proxied, 987_654_321n),
      supplyOf(implementation, 11n),
      supplyOf(empty.address, 0n),
    ];
    const evidence = await prove(tokens);
    expect(
      evidence.map((one) => ('slotFrom' in one ? [one.proof.slot, one.slotFrom] : one.reason)),
    ).toEqual([
      [slot(2), 'access-list'],
      [namespacedSlot, 'access-list'],
      [namespacedSlot, 'access-list'],
      [slot(2), 'access-list'],
    ]);
    for (const [index, { proof, recordedSlotWrong }] of evidence.entries()) {
      expect(recordedSlotWrong).toBe(false);
      expect(await verifySupplyProof(proof)).toEqual({
        proven: true,
        headerProven: true,
        amount: tokens[index]?.amount,
      });
    }
  });

  it('takes the slot that the registry records, as a number or in full', async () => {
    const tokens = [
      supplyOf(plain.address, 123_456_789n, '2'),
      supplyOf(proxied, 987_654_321n, namespacedSlot),
    ];
    const evidence = await prove(tokens);
    expect(evidence.map((one) => 'slotFrom' in one && one.slotFrom)).toEqual([
      'registry',
      'registry',
    ]);
  });

  it('falls back where the recorded slot is wrong, and says so', async () => {
    const evidence = await proveStorage(supplyOf(plain.address, 123_456_789n, '7'));
    expect(evidence).toMatchObject({
      recordedSlotWrong: true,
      slotFrom: 'access-list',
      proof: { slot: slot(2) },
    });
    expect((await verifySupplyProof(evidence.proof)).proven).toBe(true);
  });

  it('has only the call for a supply that is computed', async () => {
    const [evidence] = await prove([supplyOf(rebasing, 1_234_567n, '0')]);
    expect(evidence).toMatchObject({
      proof: { kind: 'call-only', amount: '1234567' },
      reason: 'no-slot',
      recordedSlotWrong: true,
    });
    const proof = evidence?.proof;
    expect(proof && (await verifySupplyProof(proof))).toEqual({
      proven: false,
      headerProven: true,
      amount: 1_234_567n,
    });
  });

  it('proves nothing for an amount that the contract does not have', async () => {
    const [evidence] = await prove([supplyOf(plain.address, 123_456_788n)]);
    expect(evidence).toMatchObject({ proof: { kind: 'call-only' }, reason: 'no-slot' });
  });

  it('refuses a block that is not there, and one with another time', async () => {
    const tokens = [supplyOf(plain.address, 123_456_789n)];
    const other = { ...point, hash: `0x${'ab'.repeat(32)}` };
    expect(await rejectionCode(() => prove(tokens, source, other))).toBe('SUPPLY_REORGANISED');
    const later = await source.readPoint(8);
    expect(await rejectionCode(() => prove(tokens, source, { ...point, time: later.time }))).toBe(
      'SOURCE_RESPONSE_INVALID',
    );
  });

  it('works with the headers of every fork', async () => {
    // totalSupply() and all else: what is in slot 2.
    const bytecode = '0x60025460005260206000f3';
    const [held, hollow] = [numberToHex(0xaa, { size: 20 }), numberToHex(0xbb, { size: 20 })];
    const fields: number[] = [];
    for (const hardfork of ['berlin', 'london', 'paris', 'shanghai', 'cancun', 'prague']) {
      await using node = await startAnvil({ chainId, genesisTime: genesis, hardfork });
      await node.client.setCode({ address: held, bytecode });
      await node.client.setCode({ address: hollow, bytecode });
      await node.client.setStorageAt({ address: held, index: 2, value: slot(77) });
      await node.mineAt(genesis + 12);
      const from = connect(node.url);
      const at = await from.readPoint(1);
      const tokens = [supplyOf(held, 77n, '2'), supplyOf(hollow, 0n, '2')];
      const evidence = await prove(tokens, from, at);
      await from.close();
      for (const [index, { proof }] of evidence.entries()) {
        expect([hardfork, await verifySupplyProof(proof)]).toEqual([
          hardfork,
          { proven: true, headerProven: true, amount: tokens[index]?.amount },
        ]);
      }
      fields.push(fromRlp(evidence[0]?.proof.header ?? '0x').length);
    }
    expect(fields).toEqual([15, 16, 16, 17, 20, 21]);
  });
});

describe('a node that can do less', () => {
  it('is searched for the common slots if it cannot tell which ones a call reads', async () => {
    await using node = await startFilter((method) => method !== 'eth_createAccessList');
    const from = connect(node.url);
    const evidence = await prove(
      [
        supplyOf(plain.address, 123_456_789n),
        supplyOf(proxied, 987_654_321n),
        supplyOf(rebasing, 1_234_567n),
        // Most slots are empty, so that a zero is found everywhere.
        supplyOf(empty.address, 0n),
      ],
      from,
    );
    await from.close();
    expect(
      evidence.map((one) => ('slotFrom' in one ? [one.proof.slot, one.slotFrom] : one.reason)),
    ).toEqual([[slot(2), 'search'], [namespacedSlot, 'search'], 'no-slot', 'several-slots']);
  });

  it('is asked for the proof by height if it takes no hash', async () => {
    await using node = await startFilter(
      (method, params) => method !== 'eth_getProof' || typeof params[2] === 'string',
    );
    const from = connect(node.url);
    const { proof } = await proveStorage(supplyOf(plain.address, 123_456_789n), from);
    await from.close();
    expect(await verifySupplyProof(proof)).toMatchObject({ proven: true, amount: 123_456_789n });
  });

  it('leaves only the call if it gives no proofs', async () => {
    await using node = await startFilter((method) => method !== 'eth_getProof');
    const from = connect(node.url);
    const [evidence] = await prove([supplyOf(plain.address, 123_456_789n, '2')], from);
    await from.close();
    expect(evidence).toMatchObject({
      proof: { kind: 'call-only' },
      reason: 'unavailable',
      recordedSlotWrong: false,
    });
  });
});

describe('a proof of a supply, changed', () => {
  it('fails for another slot, account, amount, block, or part of it', async () => {
    const { proof } = await proveStorage(supplyOf(plain.address, 123_456_789n));
    const { proof: foreign } = await proveStorage(supplyOf(proxied, 987_654_321n));
    const changes: readonly Partial<SupplyProof>[] = [
      { slot: slot(3) },
      { token: foreign.token },
      { amount: '123456788' },
      { accountProof: foreign.accountProof },
      { storageProof: foreign.storageProof },
      { accountProof: proof.accountProof.slice(0, -1) },
      { storageProof: [] },
      { storageProof: [...proof.storageProof, ...foreign.storageProof.slice(-1)] },
      { accountProof: [...proof.accountProof, ...proof.accountProof.slice(-1)] },
    ];
    for (const change of changes) {
      const changed = { ...proof, ...change } as SupplyProof;
      expect(await rejectionCode(() => verifySupplyProof(changed))).toBe('EVIDENCE_PROOF_INVALID');
    }
    for (const change of [{ height: 8 }, { time: point.time + 1 }, { hash: slot(1) }]) {
      const changed = { ...proof, point: { ...proof.point, ...change } };
      expect(await rejectionCode(() => verifySupplyProof(changed))).toBe('EVIDENCE_HEADER_INVALID');
    }
  });

  it('fails whichever byte of header or nodes is flipped', async () => {
    const { proof } = await proveStorage(supplyOf(proxied, 987_654_321n));
    const flip = (text: `0x${string}`, at: number): `0x${string}` =>
      `0x${text.slice(2, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`;
    for (let at = 2; at < proof.header.length; at += 7) {
      const changed = { ...proof, header: flip(proof.header, at) };
      expect(await rejectionCode(() => verifySupplyProof(changed))).toBe('EVIDENCE_HEADER_INVALID');
    }
    for (const part of ['accountProof', 'storageProof'] as const) {
      for (const [index, node] of proof[part].entries()) {
        for (let at = 2; at < node.length; at += 7) {
          const changed = { ...proof, [part]: proof[part].with(index, flip(node, at)) };
          expect(await rejectionCode(() => verifySupplyProof(changed))).toBe(
            'EVIDENCE_PROOF_INVALID',
          );
        }
      }
    }
  });
});

/** Passes calls on to the node, but for those that it does not let through. */
async function startFilter(lets: (method: string, params: readonly unknown[]) => boolean) {
  type Call = { readonly id: number; readonly method: string; readonly params: unknown[] };
  const refuse = ({ id }: Call) => ({
    jsonrpc: '2.0',
    id,
    error: { code: -32_601, message: 'the method does not exist' },
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: Call | Call[] = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const answers = await Promise.all(
      [body].flat().map(async (call) => {
        if (!lets(call.method, call.params)) return refuse(call);
        const answer = await fetch(anvil.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(call),
        });
        return answer.json();
      }),
    );
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(Array.isArray(body) ? answers : answers[0]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
