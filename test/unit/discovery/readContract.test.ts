import {
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  numberToHex,
  parseAbi,
  parseAbiParameters,
  toFunctionSelector,
} from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { type ContractPlace, readContract } from '../../../src/discovery/readContract.ts';
import { unknownBlockHash } from '../../../src/supply/evm/guardReads.ts';
import { parseRpcOption } from '../../../src/supply/parseRpcOption.ts';
import { type EvmRpcServer, RpcFailure, startEvmRpcServer } from '../../support/evmRpcServer.ts';
import { expectCode } from '../../support/expectCode.ts';
import { createSigner } from '../../support/messageSigner.ts';
import { mainnet } from '../../support/networks.ts';

const contract = '0x00000000000000000000000000000000000000AA';
const merchant = '0x00000000000000000000000000000000000000bb';
const [a = '', b = ''] = ['a', 'b'].map((seed) => createSigner('p2wpkh', seed).address);
const now = UnixTime(1_800_000_000);

let server: EvmRpcServer;
/** Answers by function selector. */
let functions: Map<string, Hex | ((data: string) => Hex)>;
let logs: unknown;

beforeEach(async () => {
  server = await startEvmRpcServer(Array.from({ length: 101 }, (_, index) => 1000 + index * 12));
  server.tokens.set(contract.toLowerCase(), {});
  functions = new Map();
  logs = [];
  server.override = ({ method, params }) => {
    if (method === 'eth_getLogs') return logs;
    if (method !== 'eth_call') return undefined;
    const { data } = z.object({ data: z.string() }).parse(params[0]);
    const answer = functions.get(data.slice(0, 10));
    if (answer === undefined) throw new RpcFailure(3, 'execution reverted');
    return typeof answer === 'string' ? answer : answer(data);
  };
});
afterEach(() => server.close());

function read(kind: ContractPlace['kind'], signal?: AbortSignal) {
  const place: ContractPlace = { kind, contract: `eip155:1:${contract}`, provenance: ['x'] };
  const rpc = parseRpcOption(`eip155:1=${server.url}`);
  const options = { rpc, network: mainnet, now: () => now, ...(signal ? { signal } : {}) };
  return readContract(place, options);
}

/** Of blocks that there are. */
const asked = (method: string) =>
  server.requests
    .flat()
    .filter((call) => call.method === method && !text(call.params).includes(unknownBlockHash));
const text = (params: readonly unknown[]) => JSON.stringify(params);

describe('a list of addresses', () => {
  const length = toFunctionSelector('getPoRAddressListLength()');
  const page = toFunctionSelector('getPoRAddressList(uint256,uint256)');
  const lombardPage = toFunctionSelector('getPoRAddressSignatureMessages(uint256,uint256)');
  const strings = (...texts: string[]) => encodeAbiParameters([{ type: 'string[]' }], [texts]);

  it('is read at the hash of the final block', async () => {
    functions.set(length, numberToHex(2, { size: 32 }));
    functions.set(page, strings(a, b));
    const reading = await read('por-address-list');
    expect(reading.addresses.map(({ address }) => address)).toEqual([a, b].sort());
    expect(reading.point).toEqual({
      chain: 'eip155:1',
      height: 100,
      hash: server.blocks[100]?.hash,
      time: 2200,
    });
    expect(reading.source.id).not.toContain('SECRET');
    for (const { params } of asked('eth_call')) {
      expect(params[1]).toEqual({ blockHash: reading.point?.hash, requireCanonical: true });
    }
  });

  it.each(['eth_getCode', 'eth_call'])(
    'is not read from a node that answers by %s for whatever block',
    async (method) => {
      functions.set(length, numberToHex(1, { size: 32 }));
      functions.set(page, strings(a));
      server.ignoring.add(method);
      const error = await expectCode(() => read('por-address-list'), 'SOURCE_RESPONSE_INVALID');
      expect(error.message).toContain(`answers ${method} for a block that does not exist`);
    },
  );

  it('of more entries than are read is refused before any page is asked for', async () => {
    for (const claimed of [200_001n, 2n ** 256n - 1n]) {
      functions.set(length, numberToHex(claimed, { size: 32 }));
      functions.set(page, strings(a));
      const error = await expectCode(() => read('por-address-list'), 'DISCOVERY_LIST_TOO_LONG');
      expect(error.message.length).toBeLessThan(300);
    }
    expect(asked('eth_call')).toHaveLength(2);
  });

  it('whose pages have more or fewer entries than its length is refused', async () => {
    functions.set(length, numberToHex(2, { size: 32 }));
    for (const texts of [[], [a], [a, b, a]]) {
      functions.set(page, strings(...texts));
      await expectCode(() => read('por-address-list'), 'DISCOVERY_LIST_CHANGED');
    }
  });

  it('whose columns differ in length is refused', async () => {
    functions.set(length, numberToHex(2, { size: 32 }));
    const columns = parseAbiParameters('string[], bytes32[], string[], bytes[]');
    const root: Hex = `0x${'11'.repeat(32)}`;
    functions.set(
      lombardPage,
      encodeAbiParameters(columns, [[a, b], [root, root], ['m', 'm'], ['0x']]),
    );
    await expectCode(() => read('lombard-por'), 'DISCOVERY_LIST_CHANGED');
  });

  it('that is no list by its bytes is none', async () => {
    functions.set(length, numberToHex(1, { size: 32 }));
    const pointsOut = `0x${'ff'.repeat(64)}` as const;
    const lone = numberToHex(7, { size: 32 });
    for (const data of [pointsOut, lone, '0x', '0x00'] as const) {
      functions.set(page, data);
      await expectCode(() => read('por-address-list'), 'DISCOVERY_CONTRACT_MISMATCH');
    }
    functions.set(length, '0x01');
    await expectCode(() => read('por-address-list'), 'DISCOVERY_CONTRACT_MISMATCH');
  });

  it('with an entry of a megabyte is refused, and nothing of it is printed', async () => {
    functions.set(length, numberToHex(1, { size: 32 }));
    functions.set(page, strings('x'.repeat(1_000_000)));
    const error = await expectCode(() => read('por-address-list'), 'SOURCE_RESPONSE_TOO_LARGE');
    expect(error.message).not.toContain('xxxx');
  });

  it('cuts an entry that is too long for an address, and refuses one that is no UTF-8', async () => {
    functions.set(length, numberToHex(2, { size: 32 }));
    const bytes: Hex = `0xefbbbf${Buffer.from(a).toString('hex')}`;
    const long: Hex = `0x${Buffer.from('y'.repeat(9000)).toString('hex')}`;
    functions.set(page, encodeAbiParameters([{ type: 'bytes[]' }], [[bytes, long]]));
    const reading = await read('por-address-list');
    expect(reading).toMatchObject({ addresses: [], complete: false });
    expect(reading.notes.map(({ code }) => code)).toEqual([
      'DISCOVERY_ENTRY_INVALID',
      'DISCOVERY_ENTRY_INVALID',
    ]);
    expect(Math.max(...reading.notes.map(({ message }) => message.length))).toBeLessThan(200);
  });

  it('is not read from a node that has no state of the block', async () => {
    functions.set(length, () => {
      throw new RpcFailure(-32_000, 'missing trie node');
    });
    await expectCode(() => read('por-address-list'), 'SUPPLY_STATE_UNAVAILABLE');
  });

  it('is not read to its end once the caller gave up', async () => {
    const controller = new AbortController();
    functions.set(length, () => {
      controller.abort();
      return numberToHex(1, { size: 32 });
    });
    await expectCode(() => read('por-address-list', controller.signal), 'SOURCE_TIMEOUT');
  });
});

describe('the events of a contract', () => {
  const events = parseAbi([
    'event CustodianBtcDepositAddressSet(address indexed merchant, address indexed sender, string a)',
    'event CustodianDepositAddressSet(address indexed merchant, address indexed sender, string a)',
    'event MerchantDepositAddressSet(address indexed merchant, string a)',
  ]);
  const views = ['custodianBtcDepositAddress(address)', 'merchantBtcDepositAddress(address)'];
  const text = (value: string) => encodeAbiParameters([{ type: 'string' }], [value]);

  function setBy(eventName: (typeof events)[number]['name'], value: string, height = 7) {
    return {
      address: contract.toLowerCase(),
      topics: encodeEventTopics({ abi: events, eventName, args: { merchant, sender: merchant } }),
      data: text(value),
      blockNumber: numberToHex(height),
      blockHash: server.blocks[height]?.hash,
      logIndex: '0x0',
      removed: false,
    };
  }
  const good = () => setBy('CustodianBtcDepositAddressSet', a);

  /** As a mapping answers: nothing for an account that it does not know. */
  const mapping = (value: string) => (data: string) =>
    text(data.toLowerCase().endsWith(merchant.slice(2)) ? value : '');

  function setViews([custodian = '', own = '']: readonly string[], value: string, other = '') {
    functions.set(toFunctionSelector(custodian), mapping(value));
    functions.set(toFunctionSelector(own), mapping(other));
  }

  it('are asked for from the first block to the pinned one, and told with their block', async () => {
    setViews(views, a);
    logs = [good()];
    const reading = await read('wbtc-events');
    expect(asked('eth_getLogs').map(({ params }) => params[0])).toMatchObject([
      { fromBlock: '0x0', toBlock: '0x64', address: contract },
    ]);
    expect(reading.addresses).toMatchObject([
      {
        address: a,
        role: 'custody',
        current: true,
        history: [{ event: 'set', point: { height: 7, hash: server.blocks[7]?.hash } }],
      },
    ]);
  });

  it('are understood under the names that they have on other chains', async () => {
    setViews(['custodianDepositAddress(address)', 'merchantDepositAddress(address)'], a, b);
    logs = [setBy('MerchantDepositAddressSet', b, 9), setBy('CustodianDepositAddressSet', a)];
    const reading = await read('wbtc-events');
    expect(reading.complete).toBe(true);
    expect(reading.addresses.map(({ address, role }) => [address, role]).sort()).toEqual(
      [
        [a, 'custody'],
        [b, 'other'],
      ].sort(),
    );
  });

  it('count in the order of the chain, not of the answer', async () => {
    setViews(views, b);
    logs = [setBy('CustodianBtcDepositAddressSet', b, 9), good()];
    const reading = await read('wbtc-events');
    expect(reading.complete).toBe(true);
    expect(reading.addresses.find(({ address }) => address === a)).toMatchObject({
      current: false,
      history: [{ event: 'set' }, { event: 'replaced', point: { height: 9 } }],
    });
  });

  it('are refused where one is not what was asked for', async () => {
    setViews(views, a);
    const faulty: Record<string, unknown> = {
      'another contract': { ...good(), address: merchant },
      'another event': { ...good(), topics: [`0x${'00'.repeat(32)}`] },
      'taken back': { ...good(), removed: true },
      'above the range': { ...good(), blockNumber: '0x65' },
      'without a block': { ...good(), blockHash: null },
      'no object': 7,
    };
    for (const [what, log] of Object.entries(faulty)) {
      logs = [log];
      const error = await expectCode(() => read('wbtc-events'), 'SOURCE_RESPONSE_INVALID');
      expect(error.message, what).toContain('eth_getLogs');
    }
    logs = [good(), good()];
    await expectCode(() => read('wbtc-events'), 'SOURCE_RESPONSE_INVALID');
    logs = { not: 'a list' };
    await expectCode(() => read('wbtc-events'), 'SOURCE_RESPONSE_INVALID');
    logs = [{ ...good(), blockNumber: '0x64' }];
    await expectCode(() => read('wbtc-events'), 'SUPPLY_REORGANISED');
  });

  it('are refused where one does not have the form of its kind', async () => {
    setViews(views, a);
    for (const part of [{ data: '0x' }, { topics: good().topics.slice(0, 2) }]) {
      logs = [{ ...good(), ...part }];
      await expectCode(() => read('wbtc-events'), 'DISCOVERY_CONTRACT_MISMATCH');
    }
  });

  it('of more than are read are refused', async () => {
    setViews(views, a);
    logs = new Array(200_001).fill('an event, as long');
    await expectCode(() => read('wbtc-events'), 'DISCOVERY_LIST_TOO_LONG');
  });

  it('cannot be had from a server that refuses even one block', async () => {
    setViews(views, a);
    const answer = server.override;
    server.override = (call) => {
      if (call.method === 'eth_getLogs') throw new RpcFailure(-32_600, 'not on this plan');
      return answer(call);
    };
    await expectCode(() => read('wbtc-events'), 'DISCOVERY_LOGS_UNAVAILABLE');
    expect(asked('eth_getLogs').length).toBeLessThan(10);
  });

  it('are read in parts where the answer for all is too large', async () => {
    setViews(views, a);
    const answer = server.override;
    server.override = (call) => {
      if (call.method !== 'eth_getLogs') return answer(call);
      const [{ fromBlock, toBlock }] = z
        .tuple([z.object({ fromBlock: z.string(), toBlock: z.string() })])
        .parse(call.params);
      if (Number(toBlock) - Number(fromBlock) > 60) return 'z'.repeat(17 * 1024 * 1024);
      return Number(fromBlock) <= 7 && Number(toBlock) >= 7 ? [good()] : [];
    };
    const reading = await read('wbtc-events');
    expect(reading.addresses.map(({ address }) => address)).toEqual([a]);
    expect(reading.complete).toBe(true);
  });
});
