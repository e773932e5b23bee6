import fc from 'fast-check';
import {
  concatHex,
  encodeFunctionResult,
  getContractAddress,
  type Hex,
  keccak256,
  multicall3Abi,
  numberToHex,
  parseTransaction,
  recoverTransactionAddress,
  size,
  type TransactionSerializedLegacy,
} from 'viem';
import { describe, expect, it } from 'vitest';
import {
  decodeAggregate3,
  encodeAggregate3,
  isMulticall3,
  multicall3Address,
} from '../../../../src/supply/evm/multicall3.ts';
import { multicall3Code, multicall3Deployment } from '../../../support/multicall3.ts';

const encode = (result: readonly { success: boolean; returnData: Hex }[]): Hex =>
  encodeFunctionResult({ abi: multicall3Abi, functionName: 'aggregate3', result });

describe('Multicall3', () => {
  it('lies at the address that its deployer’s first transaction gives', async () => {
    const { transaction, transactionHash, deployer, address } = multicall3Deployment;
    expect(keccak256(transaction)).toBe(transactionHash);
    const { nonce, data } = parseTransaction(transaction);
    expect(nonce).toBe(0);
    const serializedTransaction = transaction as TransactionSerializedLegacy;
    const from = await recoverTransactionAddress({ serializedTransaction });
    expect(from).toBe(deployer);
    expect(getContractAddress({ from, nonce: 0n })).toBe(address);
    expect(multicall3Address).toBe(address);
    expect(size(data ?? '0x')).toBe(32 + multicall3Deployment.runtimeBytes);
  });

  it('is known by its code, to the byte', () => {
    const code = multicall3Code();
    expect(size(code)).toBe(multicall3Deployment.runtimeBytes);
    expect(keccak256(code)).toBe(multicall3Deployment.runtimeHash);
    expect(isMulticall3(code)).toBe(true);
    expect(isMulticall3('0x')).toBe(false);
    expect(isMulticall3(`${code}00`)).toBe(false);
    expect(isMulticall3(`0x${code.slice(4)}`)).toBe(false);
    const last = code.endsWith('0') ? '1' : '0';
    expect(isMulticall3(`0x${code.slice(2, -1)}${last}`)).toBe(false);
  });
});

describe('encodeAggregate3', () => {
  it('asks Multicall3 for calls that may fail, whatever the case of their addresses', () => {
    const to = '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599';
    const call = encodeAggregate3([{ method: 'eth_call', to, data: '0x18160ddd' }]);
    const word = (value: bigint) => numberToHex(value, { size: 32 });
    expect(call).toEqual({
      method: 'eth_call',
      to: multicall3Address,
      data: concatHex([
        '0x82ad56cb',
        ...[word(0x20n), word(1n), word(0x20n)],
        ...[word(BigInt(to)), word(1n), word(0x60n), word(4n)],
        `0x18160ddd${'00'.repeat(28)}`,
      ]),
    });
    const lower = { method: 'eth_call', to: to.toLowerCase(), data: '0x18160ddd' } as const;
    expect(encodeAggregate3([lower])).toEqual(call);
  });
});

describe('decodeAggregate3', () => {
  const results = fc.array(
    fc.record({
      success: fc.boolean(),
      returnData: fc
        .uint8Array({ maxLength: 70 })
        .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('gives back what the contract returned', () => {
    fc.assert(
      fc.property(results, (list) => {
        expect(decodeAggregate3(encode(list), list.length)).toEqual(list);
      }),
    );
  });

  it('refuses any other number of results, and anything behind or missing', () => {
    fc.assert(
      fc.property(results, fc.nat(), (list, cut) => {
        const data = encode(list);
        const end = cut % (data.length / 2);
        expect(decodeAggregate3(data, list.length + 1)).toBeUndefined();
        expect(decodeAggregate3(data, list.length - 1)).toBeUndefined();
        expect(decodeAggregate3(`${data}00`, list.length)).toBeUndefined();
        expect(decodeAggregate3(`${data}${'00'.repeat(32)}`, list.length)).toBeUndefined();
        expect(decodeAggregate3(`0x${data.slice(2, 2 * end)}`, list.length)).toBeUndefined();
      }),
    );
  });

  it('refuses a success that is neither 0 nor 1, and bytes where there is padding', () => {
    const data = encode([{ success: true, returnData: '0x05' }]);
    expect(decodeAggregate3(data, 1)).toHaveLength(1);
    const words = data.slice(2).match(/.{64}/g) ?? [];
    const changed = (index: number, word: string): Hex =>
      `0x${words.map((one, at) => (at === index ? word : one)).join('')}`;
    expect(decodeAggregate3(changed(3, '2'.padStart(64, '0')), 1)).toBeUndefined();
    expect(decodeAggregate3(changed(6, `05${'00'.repeat(30)}01`), 1)).toBeUndefined();
    expect(decodeAggregate3('0x', 1)).toBeUndefined();
  });

  it('refuses results that share their bytes, however many and long, before it makes copies', () => {
    const word = (value: number) => numberToHex(value, { size: 32 }).slice(2);
    const [count, length] = [100, 2 ** 20];
    const result = `${word(1)}${word(64)}${word(length)}${'00'.repeat(length)}`;
    const offsets = word(32 * count).repeat(count);
    expect(decodeAggregate3(`0x${word(32)}${word(count)}${offsets}${result}`, count)).toBe(
      undefined,
    );
  });

  it('refuses bytes that are longer than what there is, or than any number', () => {
    const data = encode([{ success: true, returnData: '0x05' }]);
    const at = 2 + 5 * 64;
    expect(data.slice(at, at + 64)).toBe('1'.padStart(64, '0'));
    for (const length of ['21', 'ffffffff', '7fffffffffffffff', 'f'.repeat(64)]) {
      const changed: Hex = `0x${data.slice(2, at)}${length.padStart(64, '0')}${data.slice(at + 64)}`;
      expect(decodeAggregate3(changed, 1)).toBeUndefined();
    }
  });
});
