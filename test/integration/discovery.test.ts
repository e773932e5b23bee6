import {
  type Abi,
  type Address,
  encodeFunctionData,
  getAddress,
  type Hex,
  parseAbi,
  toHex,
} from 'viem';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployContract } from '../../devnet/deployToken.ts';
import { type Anvil, startAnvil } from '../../devnet/startAnvil.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { DiscoveryReading } from '../../src/discovery/discovery.ts';
import { type ContractPlace, readContract } from '../../src/discovery/readContract.ts';
import { parseRpcOption } from '../../src/supply/parseRpcOption.ts';
import { expectCode } from '../support/expectCode.ts';
import { createSigner, encodeSimple, signCompact } from '../support/messageSigner.ts';
import { mainnet } from '../support/networks.ts';
import {
  pageLength,
  postRpc,
  type RpcProxy,
  RpcReply,
  startRpcProxy,
} from '../support/rpcProxy.ts';

const genesis = 1_700_000_000;
const chainId = 31_337;
const chain = `eip155:${chainId}`;
const now = UnixTime(genesis + 100_000);

const abi = parseAbi([
  'function add(string[] addresses)',
  'function setCustodianBtcDepositAddress(address merchant, string btcDepositAddress)',
  'function setMerchantBtcDepositAddress(string btcDepositAddress)',
  'function addQualifiedUser(address user, string depositAddress, string withdrawalAddress)',
  'function editQualifiedUser(address user, string depositAddress, string withdrawalAddress)',
  'function removeQualifiedUser(address user)',
]);
const lombardAbi = parseAbi([
  'function add(string addressText, bytes32 rootPkId, string messageOrDerivationData, bytes signature)',
]);

const signers = Array.from({ length: 12 }, (_, index) => createSigner('p2wpkh', `list/${index}`));
const some = signers.map(({ address }) => address);
const [a = '', b = '', c = '', d = ''] = some;

let anvil: Anvil;
let proxy: RpcProxy;

beforeAll(async () => {
  anvil = await startAnvil({ chainId, genesisTime: genesis });
  proxy = await startRpcProxy(anvil.url);
});
afterAll(async () => {
  await proxy?.close();
  await anvil?.stop();
});
beforeEach(() => {
  proxy.behave({});
});

describe("Chainlink's list of addresses", () => {
  it('is read to its end over page boundaries, the end index included', async () => {
    const contract = await deploy('PorAddressList');
    await send(contract, 'add', [some.slice(0, 7)]);
    await makeFinal();
    // The node refuses pages of more than 3, so that 7 entries take pages of 3, 3 and 1.
    proxy.behave({ refuse: (data) => pageLength(data) > 3 });
    const reading = await read('por-address-list', contract);
    expect(addressesOf(reading)).toEqual(some.slice(0, 7).sort());
    expect(reading).toMatchObject({ side: 'chain', complete: true, notes: [], readAt: now });
    expect(reading.point).toMatchObject({ chain, height: (await latestHeight()) - 2 });
    expect(reading.addresses[0]).toMatchObject({
      role: 'custody',
      current: true,
      claimedSats: null,
      scriptType: 'p2wpkh',
    });
    expect(proxy.pages()).toEqual(
      expect.arrayContaining([
        [0, 2],
        [3, 5],
        [6, 6],
      ]),
    );
  });

  it('of more than one page of the usual size is whole', async () => {
    const contract = await deploy('PorAddressList');
    const many = Array.from({ length: 401 }, (_, index) => signerAddress(index));
    for (let at = 0; at < many.length; at += 50) {
      await send(contract, 'add', [many.slice(at, at + 50)]);
    }
    await makeFinal();
    const reading = await read('por-address-list', contract);
    expect(addressesOf(reading)).toEqual([...many].sort());
    expect(proxy.pages()).toEqual([
      [0, 199],
      [200, 399],
      [400, 400],
    ]);
  });

  it('that is empty says nothing', async () => {
    const contract = await deploy('PorAddressList');
    await makeFinal();
    await expectCode(() => read('por-address-list', contract), 'DISCOVERY_LIST_EMPTY');
  });

  it('that grows while it is read is read as it was', async () => {
    const contract = await deploy('PorAddressList');
    await send(contract, 'add', [[a, b]]);
    await makeFinal();
    // Right after the length was answered another entry comes, and becomes final.
    proxy.behave({
      afterCall: 1,
      act: async () => {
        await send(contract, 'add', [[c]]);
        await makeFinal();
      },
    });
    expect(addressesOf(await read('por-address-list', contract))).toEqual([a, b].sort());
    expect(addressesOf(await read('por-address-list', contract))).toEqual([a, b, c].sort());
  });

  it('with stray quotes and empty entries is taken without them, and not mended', async () => {
    const contract = await deploy('PorAddressList');
    await send(contract, 'add', [[a, `'${b}'`, '', ` ${c}`, d, d]]);
    await makeFinal();
    const reading = await read('por-address-list', contract);
    expect(addressesOf(reading)).toEqual([a, d].sort());
    expect(reading.complete).toBe(false);
    expect(reading.notes.map(({ code }) => code)).toEqual([
      'DISCOVERY_ENTRY_INVALID',
      'DISCOVERY_ENTRY_INVALID',
      'DISCOVERY_ENTRY_INVALID',
      'DISCOVERY_ENTRY_REPEATED',
    ]);
  });

  it('is not found where there is no contract, or another one', async () => {
    const other = await deploy('NotAToken');
    await makeFinal();
    const [account = '0x'] = anvil.accounts;
    for (const contract of [account, other]) {
      for (const kind of [
        'por-address-list',
        'lombard-por',
        'wbtc-events',
        'fbtc-events',
      ] as const) {
        await expectCode(() => read(kind, contract), 'DISCOVERY_CONTRACT_MISMATCH');
      }
    }
  });

  it('is refused where the block is reorganised away while it is read', async () => {
    const contract = await deploy('PorAddressList');
    await makeFinal();
    await send(contract, 'add', [[a, b]]);
    await makeFinal();
    proxy.behave({ afterCall: 1, act: () => callAnvil('anvil_reorg', [4, []]) });
    await expectCode(() => read('por-address-list', contract), 'SUPPLY_REORGANISED');
  });

  it('is refused from a node of another chain', async () => {
    const place = { kind: 'por-address-list', contract: `eip155:1:${anvil.accounts[0]}` } as const;
    const rpc = parseRpcOption(`eip155:1=${proxy.url}`);
    await expectCode(
      () =>
        readContract({ ...place, provenance: ['x'] }, { rpc, network: mainnet, now: () => now }),
      'SOURCE_WRONG_CHAIN',
    );
  });
});

describe("Lombard's list with signatures", () => {
  it('tells signatures that verify from those that do not and those that say nothing', async () => {
    const contract = await deploy('LombardPor');
    const legacy = createSigner('p2pkh', 'lombard/legacy');
    const [key = new Uint8Array()] = legacy.keys;
    const [first, second, third] = signers;
    if (!first || !second || !third) throw new Error('no signers');
    const root = `0x${'ab'.repeat(32)}`;
    const message = 'This address belongs to the consortium';
    const compact = Buffer.from(signCompact(key, message), 'base64');
    const rows: [string, string, Hex][] = [
      [legacy.address, message, toHex(compact)],
      [first.address, message, toHex(encodeSimple(first.sign(message)))],
      [second.address, message, toHex(encodeSimple(first.sign(message)))],
      [third.address, 'm/0/7', '0x'],
      [d, message, '0x0102030405'],
      [`'${some[5]}`, message, '0x'],
      ['', '', '0x'],
    ];
    for (const row of rows) await send(contract, 'add', [row[0], root, row[1], row[2]], lombardAbi);
    await makeFinal();
    proxy.behave({ refuse: (data) => pageLength(data) > 3 });
    const reading = await read('lombard-por', contract);
    const results = new Map(
      reading.addresses.map(({ address, signature }) => [address, signature?.result]),
    );
    expect(Object.fromEntries(results)).toEqual({
      [legacy.address]: 'valid',
      [first.address]: 'valid',
      [second.address]: 'invalid',
      [third.address]: 'inconclusive',
      [d]: 'inconclusive',
    });
    expect(reading.complete).toBe(false);
    const proven = reading.addresses.find(({ address }) => address === legacy.address);
    expect(proven?.signature?.reason).toBe(
      'signed message of the custodian, not a challenge of ours: proves at most published',
    );
    expect(proven?.purpose).toBe(`custodial, under root key ${root}`);
    expect(reading.notes.map(({ code }) => code)).toEqual([
      'DISCOVERY_ENTRY_INVALID',
      'DISCOVERY_ENTRY_INVALID',
      'DISCOVERY_SIGNATURE_REFUSED',
      'DISCOVERY_SIGNATURE_REFUSED',
    ]);
    expect(reading.notes[2]?.message).toContain(second.address);
    expect(reading.notes[3]?.message).toBe(
      '2 addresses are listed without a signature that can be judged',
    );
  });
});

describe("WBTC's Factory", () => {
  it('gives the address that counts now, and those before it with their history', async () => {
    const contract = await deploy('WbtcFactory');
    const [owner, merchant] = twoAccounts();
    const at: number[] = [];
    for (const address of [a, b, c]) {
      at.push(await send(contract, 'setCustodianBtcDepositAddress', [merchant, address]));
    }
    await send(contract, 'setMerchantBtcDepositAddress', [d]);
    await makeFinal();
    const reading = await read('wbtc-events', contract);
    const shown = byAddress(reading);
    expect(reading).toMatchObject({ complete: true, notes: [] });
    const step = (event: string, height: number | undefined) => ({
      event,
      account: merchant,
      point: expect.objectContaining({ chain, height }),
    });
    expect(shown.get(a)).toMatchObject({
      role: 'custody',
      current: false,
      purpose: `custodian's deposit address for merchant ${merchant}`,
      history: [step('set', at[0]), step('replaced', at[1])],
    });
    expect(shown.get(b)).toMatchObject({
      current: false,
      history: [step('set', at[1]), step('replaced', at[2])],
    });
    expect(shown.get(c)).toMatchObject({ current: true, history: [step('set', at[2])] });
    expect(shown.get(d)).toMatchObject({
      role: 'other',
      current: true,
      purpose: `own address of merchant ${owner}`,
    });
    const block = await anvil.client.getBlock({ blockNumber: BigInt(at[0] ?? 0) });
    expect(shown.get(a)?.history?.[0]?.point.hash).toBe(block.hash);
  });

  it('is read from a server that gives only a few blocks at a time', async () => {
    const contract = await deploy('WbtcFactory');
    const [, merchant] = twoAccounts();
    await send(contract, 'setCustodianBtcDepositAddress', [merchant, a]);
    await makeFinal();
    await send(contract, 'setCustodianBtcDepositAddress', [merchant, b]);
    await makeFinal();
    proxy.behave({ maxBlocks: 4 });
    const shown = byAddress(await read('wbtc-events', contract));
    expect([...shown.keys()].sort()).toEqual([a, b].sort());
    expect(shown.get(a)?.current).toBe(false);
    expect(shown.get(b)?.current).toBe(true);
  });

  it('is not taken as complete where a server keeps an event back', async () => {
    const contract = await deploy('WbtcFactory');
    const [, merchant] = twoAccounts();
    await send(contract, 'setCustodianBtcDepositAddress', [merchant, a]);
    await send(contract, 'setCustodianBtcDepositAddress', [merchant, b]);
    await makeFinal();
    proxy.behave({ dropLastLog: true });
    const reading = await read('wbtc-events', contract);
    expect(reading.complete).toBe(false);
    expect(reading.notes.map(({ code }) => code)).toEqual(['DISCOVERY_EVENTS_INCOMPLETE']);
    expect(byAddress(reading).get(b)).toMatchObject({ current: true, role: 'custody' });
    expect(byAddress(reading).get(a)).toMatchObject({ current: false });
  });

  it('that never set an address says nothing', async () => {
    const contract = await deploy('WbtcFactory');
    await makeFinal();
    await expectCode(() => read('wbtc-events', contract), 'DISCOVERY_LIST_EMPTY');
  });
});

describe("FBTC's FireBridge", () => {
  it('keeps the addresses of a user that was edited, and of one that is gone', async () => {
    const contract = await deploy('FireBridge');
    const [one, two] = twoAccounts();
    await send(contract, 'addQualifiedUser', [one, a, b]);
    await send(contract, 'addQualifiedUser', [two, c, b]);
    await send(contract, 'editQualifiedUser', [one, d, b]);
    await send(contract, 'removeQualifiedUser', [two]);
    await makeFinal();
    const reading = await read('fbtc-events', contract);
    const shown = byAddress(reading);
    expect(reading).toMatchObject({ complete: true, notes: [] });
    expect(
      [a, b, c, d].map((address) => {
        const { role, current, history } = shown.get(address) ?? {};
        return [role, current, history?.map(({ event }) => event)];
      }),
    ).toEqual([
      ['custody', false, ['set', 'replaced']],
      ['other', true, ['set', 'set']],
      ['custody', false, ['set']],
      ['custody', true, ['set']],
    ]);
    expect(shown.get(d)?.purpose).toBe(`deposit address for user ${one}`);
  });

  it('that never had a user says nothing', async () => {
    const contract = await deploy('FireBridge');
    await makeFinal();
    await expectCode(() => read('fbtc-events', contract), 'DISCOVERY_LIST_EMPTY');
  });
});

function read(kind: ContractPlace['kind'], contract: Address): Promise<DiscoveryReading> {
  const place: ContractPlace = { kind, contract: `${chain}:${contract}`, provenance: ['x'] };
  const rpc = parseRpcOption(`${chain}=${proxy.url}`);
  return readContract(place, { rpc, network: mainnet, now: () => now });
}

function addressesOf(reading: DiscoveryReading): readonly string[] {
  return reading.addresses.map(({ address }) => address);
}

function byAddress(reading: DiscoveryReading) {
  return new Map(reading.addresses.map((one) => [one.address, one]));
}

function twoAccounts(): [Address, Address] {
  const [one, two] = anvil.accounts;
  if (!one || !two) throw new Error('anvil has no accounts');
  return [getAddress(one), getAddress(two)];
}

function signerAddress(index: number): string {
  return createSigner('p2wpkh', `many/${index}`).address;
}

async function latestHeight(): Promise<number> {
  return Number((await anvil.readLatest()).number);
}

async function nextTime(): Promise<number> {
  return (await anvil.readLatest()).timestamp + 12;
}

async function deploy(contract: string): Promise<Address> {
  return getAddress(await deployContract(anvil, { contract, at: await nextTime() }));
}

/** Answers the height of the block that has the transaction. */
async function send(
  address: Address,
  functionName: string,
  args: readonly unknown[],
  using: Abi = abi,
): Promise<number> {
  const [account = '0x'] = anvil.accounts;
  const receipt = await anvil.transactAt(await nextTime(), () =>
    anvil.client.sendTransaction({
      account,
      to: address,
      data: encodeFunctionData({ abi: using, functionName, args }),
    }),
  );
  return Number(receipt.blockNumber);
}

/** `finalized` is two below the latest block. */
async function makeFinal(): Promise<void> {
  await anvil.mineMany({ count: 2, firstTimestamp: await nextTime(), secondsPerBlock: 12 });
}

async function callAnvil(method: string, params: readonly unknown[]): Promise<void> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const answer = RpcReply.parse(await postRpc(anvil.url, body));
  if (answer.error) throw new Error(`anvil refused ${method}`);
}
