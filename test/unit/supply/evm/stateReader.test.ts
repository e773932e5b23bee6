import fc from 'fast-check';
import { type Hex, numberToHex } from 'viem';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChainId } from '../../../../src/core/caip.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import { encodeStateCall, type StateCall } from '../../../../src/supply/evm/stateCall.ts';
import { createStateReader } from '../../../../src/supply/evm/stateReader.ts';
import {
  type Behaviour,
  type ContractNode,
  createContractNode,
  revertFault,
} from '../../../support/contractNode.ts';
import { rejectionCode } from '../../../support/rejection.ts';

const source = { id: 'https://eth.example', operator: 'eth.example', kind: 'evm' };
const pointAt = (height: number) => ({
  chain: ChainId('eip155:1'),
  height,
  hash: `0x${'ab'.repeat(32)}`,
  time: UnixTime(1_000),
});
const address = (index: number): Hex => numberToHex(0xabc0 + index, { size: 20 });
const word = (value: bigint): Hex => numberToHex(value, { size: 32 });
const [total, decimals, symbol] = ['0x18160ddd', '0x313ce567', '0x95d89b41'] as const;
const callsFor = (to: string): readonly StateCall[] => [
  { method: 'eth_getCode', address: to },
  ...[total, decimals, symbol].map((data) => ({ method: 'eth_call', to, data }) as const),
];

let node: ContractNode;

beforeEach(() => {
  node = createContractNode();
});

/** Tokens with the supplies 1, 2, …, and the calls that read them. */
function deployTokens(count: number): readonly StateCall[] {
  const addresses = Array.from({ length: count }, (_, index) => address(index));
  for (const [index, to] of addresses.entries()) {
    const functions = [total, decimals, symbol].map(
      (data, at) => [data, word(BigInt(100 * at + index + 1))] as const,
    );
    node.contracts.set(to, new Map(functions));
  }
  return addresses.flatMap(callsFor);
}

async function readAlone(calls: readonly StateCall[], height = 100) {
  const answers = await node.send(calls.map((call) => encodeStateCall(call, pointAt(height))));
  node.requests.length = 0;
  return answers;
}

const read = (calls: readonly StateCall[], height = 100, reader = createStateReader(source)) =>
  reader.read(calls, pointAt(height), node.send);

describe('the state of many contracts', () => {
  it('is read in one request: two orders, Multicall3’s own code, and the code of each', async () => {
    const calls = deployTokens(3);
    const alone = await readAlone(calls);
    expect(await read(calls)).toEqual(alone);
    expect(node.requests).toEqual([
      ['eth_getCode', 'eth_call', 'eth_call', 'eth_getCode', 'eth_getCode', 'eth_getCode'],
    ]);
  });

  it('is asked for call by call where that takes hardly more', async () => {
    const calls = deployTokens(1);
    const alone = await readAlone(calls);
    expect(await read(calls)).toEqual(alone);
    expect(node.requests).toEqual([['eth_getCode', 'eth_call', 'eth_call', 'eth_call']]);
    const single = calls.slice(1, 2);
    expect(await read(single)).toEqual([{ result: word(1n) }]);
    expect(await read([])).toEqual([]);
  });

  it('is asked for in several calls where one would take too much gas', async () => {
    const calls = deployTokens(70);
    const alone = await readAlone(calls);
    expect(await read(calls)).toEqual(alone);
    const [methods = []] = node.requests;
    expect(node.requests).toHaveLength(1);
    // 210 calls are three times at most 100, each in two orders.
    expect(methods.filter((one) => one === 'eth_call')).toHaveLength(6);
  });

  it('is the same whichever way it is read', async () => {
    const behaviours = fc.oneof(
      fc.constant<Behaviour>('reverts'),
      fc
        .uint8Array({ maxLength: 65 })
        .map((bytes): Behaviour => `0x${Buffer.from(bytes).toString('hex')}`),
    );
    const contract = fc.option(fc.array(behaviours, { minLength: 3, maxLength: 3 }));
    const code = fc.constantFrom<Hex | undefined>(undefined, '0x', '0x6000');
    await fc.assert(
      fc.asyncProperty(fc.array(contract, { maxLength: 6 }), code, async (contracts, other) => {
        node = createContractNode();
        if (other !== undefined) node.multicallCode = other;
        for (const [index, functions] of contracts.entries()) {
          if (!functions) continue;
          const named = [total, decimals, symbol].map(
            (data, at) => [data, functions[at] ?? '0x'] as const,
          );
          node.contracts.set(address(index), new Map(named));
        }
        const calls = contracts.flatMap((_, index) => callsFor(address(index)));
        const alone = await readAlone(calls);
        expect(await read(calls)).toEqual(alone);
        expect(node.requests.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('where Multicall3 cannot be used', () => {
  it.each<[string, Hex]>([
    ['there is nothing at its address', '0x'],
    ['another contract is at its address', '0x6000'],
  ])('contracts are asked alone if %s, and at once the next time', async (_, code) => {
    node.multicallCode = code;
    const calls = deployTokens(2);
    const alone = await readAlone(calls);
    const reader = createStateReader(source);
    expect(await read(calls, 100, reader)).toEqual(alone);
    expect(node.requests.map((one) => one.length)).toEqual([1 + 2 + 2, 6]);

    node.requests.length = 0;
    for (const height of [100, 99, 0]) await read(calls, height, reader);
    expect(node.requests.map((one) => one.length)).toEqual([8, 8, 8]);

    // It may have been deployed since.
    node.requests.length = 0;
    await read(calls, 101, reader);
    expect(node.requests.map((one) => one.length)).toEqual([5, 6]);
  });

  it('contracts are asked alone if the call as a whole fails', async () => {
    node.rewriteAggregate = () => ({ fault: { code: -32_000, message: 'out of gas' } });
    const calls = deployTokens(2);
    const alone = await readAlone(calls);
    expect(await read(calls)).toEqual(alone);
    expect(node.requests.map((one) => one.length)).toEqual([5, 6]);
  });

  it('what failed inside is asked alone, and nothing else', async () => {
    const calls = deployTokens(3);
    node.contracts.set(address(1), new Map([[total, 'reverts' as const]]));
    const alone = await readAlone(calls);
    expect(await read(calls)).toEqual(alone);
    expect(node.requests.map((one) => one.length)).toEqual([6, 1]);
  });

  it('what lets no contract call it is asked alone, as feeds with access control are', async () => {
    const calls = deployTokens(3);
    node.guarded.add(address(2));
    const alone = await readAlone(calls);
    expect(alone).not.toContainEqual(revertFault);
    expect(await read(calls)).toEqual(alone);
    expect(node.requests.map((one) => one.length)).toEqual([6, 3]);
  });

  it.each<[string, number]>([
    ['first', 0],
    ['in the middle', 1],
    ['last', 2],
  ])(
    'a contract that writes does not change what others answer, if it is asked %s',
    async (_, at) => {
      const calls = deployTokens(3);
      const alone = await readAlone(calls);
      const victims = [0, 1, 2].filter((index) => index !== at);
      for (const victim of victims) {
        for (const lie of [word(7n), 'reverts'] as const) {
          node.behindOf = new Map([[address(at), new Map([[address(victim), lie]])]]);
          expect(await read(calls)).toEqual(alone);
        }
      }
    },
  );

  it('a contract that writes is not asked on both sides of another, in whatever order it is named', async () => {
    deployTokens(2);
    const ask = (index: number, data: Hex): StateCall => {
      const to = address(index);
      return { method: 'eth_call', to: data === total ? to : to.toUpperCase(), data };
    };
    const calls = [
      ...[ask(0, total), ask(1, total), ask(1, decimals)],
      ...[ask(1, symbol), ask(0, decimals), ask(0, symbol)],
    ];
    const alone = await readAlone(calls);
    node.behindOf = new Map([[address(0), new Map([[address(1), word(7n)]])]]);
    expect(await read(calls)).toEqual(alone);
  });

  it.each<[string, (data: Hex) => Hex]>([
    ['nothing', () => '0x'],
    ['one word', () => word(32n)],
    ['something behind', (data) => `${data}00`],
    ['less', (data) => `0x${data.slice(2, -64)}`],
    ['no results', () => `${word(32n)}${'00'.repeat(32)}`],
  ])('the server is not believed if it answers for Multicall3 with %s', async (_, rewrite) => {
    node.rewriteAggregate = (data) => ({ result: rewrite(data) });
    expect(await rejectionCode(() => read(deployTokens(2)))).toBe('SOURCE_RESPONSE_INVALID');
  });

  it('the server is not believed if it answers with what is no data', async () => {
    const calls = deployTokens(2);
    for (const result of [null, 5, '0x5', ['0x']]) {
      node.rewriteAggregate = () => ({ result });
      expect(await rejectionCode(() => read(calls))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });
});
