import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { BitcoinRpcError, createBitcoinRpc } from '../../devnet/bitcoinRpc.ts';
import { parseBtc } from '../../devnet/btcText.ts';
import type { Custodian } from '../../devnet/createCustodian.ts';
import { custodyTypes, deriveCustodyAddresses } from '../../devnet/custodyDescriptors.ts';
import { startBitcoind } from '../../devnet/startBitcoind.ts';
import { type Devnet, startDevnet } from '../../devnet/startDevnet.ts';

const startTime = 1_767_225_600;
const scriptTypes = {
  p2pkh: 'pubkeyhash',
  'p2sh-multisig': 'scripthash',
  'p2sh-p2wpkh': 'scripthash',
  p2wpkh: 'witness_v0_keyhash',
  'p2wsh-multisig': 'witness_v0_scripthash',
  p2tr: 'witness_v1_taproot',
} as const;

/** A process that has ended but was not yet waited for by its parent (a zombie) is gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

describe('the development network', () => {
  let devnet: Devnet;
  let custodian: Custodian;

  /** What the UTXO set holds for these addresses, by bitcoind's own scan. */
  async function scanSats(addresses: readonly string[]): Promise<bigint> {
    const objects = addresses.map((address) => `addr(${address})`);
    const { total_amount } = z
      .object({ success: z.literal(true), total_amount: z.string() })
      .parse(await devnet.bitcoind.rpc('scantxoutset', ['start', objects]));
    return parseBtc(total_amount);
  }

  beforeAll(async () => {
    devnet = await startDevnet({ chainIds: [31337, 31338], startTime });
    custodian = await devnet.createCustodian({ name: 'custodian' });
  });
  afterAll(() => devnet.stop());

  it('runs the nodes that the set-up found', async () => {
    const { version } = z
      .object({ version: z.number() })
      .parse(await devnet.bitcoind.rpc('getnetworkinfo'));
    expect(inject('bitcoindVersion')).toContain(`v${Math.floor(version / 10_000)}.`);
    expect(inject('anvilVersion')).toMatch(/^anvil .*\d+\.\d+\.\d+/);
  });

  it('accepts both the user and the cookie', async () => {
    const { port, cookieFile, user, password } = devnet.bitcoind;
    const [cookieUser = '', cookie = ''] = readFileSync(cookieFile, 'utf8').split(':');
    const url = `http://127.0.0.1:${port}`;
    for (const credentials of [
      { user, password },
      { user: cookieUser, password: cookie },
    ]) {
      const rpc = createBitcoinRpc({ url, ...credentials });
      expect(await rpc.call('getblockcount')).toBeGreaterThanOrEqual(150);
      await rpc.close();
    }
  });

  it.each(custodyTypes)('funds and spends %s to the satoshi', async (type) => {
    const [from = '', to = ''] = await custodian.addresses(type, 2);
    const info = z
      .object({ scriptPubKey: z.string() })
      .parse(await devnet.bitcoind.rpc('validateaddress', [from]));
    const { type: decoded } = z
      .object({ type: z.string() })
      .parse(await devnet.bitcoind.rpc('decodescript', [info.scriptPubKey]));
    expect(decoded).toBe(scriptTypes[type]);

    await custodian.fund(from, 10_000_001n, 3);
    await devnet.advance({ bitcoinBlocks: 1 });
    expect((await custodian.coins([from])).map(({ sats }) => sats).sort()).toEqual([
      3_333_333n,
      3_333_334n,
      3_333_334n,
    ]);
    expect(await scanSats([from])).toBe(10_000_001n);

    const spent = await custodian.spend({ from: [from], to: [{ address: to, sats: 4_000_000n }] });
    await devnet.advance({ bitcoinBlocks: 1 });
    expect(await scanSats([to])).toBe(4_000_000n);
    expect(await scanSats([from])).toBe(6_000_001n - spent.fee);
    expect(spent.fee).toBeGreaterThan(0n);
  });

  it('sweeps all coins of every type, less the fee', async () => {
    const lists = await Promise.all(custodyTypes.map((type) => custodian.addresses(type, 2)));
    const before = await scanSats(lists.flat());
    const targets = await custodian.addresses('p2tr', 5);
    const target = targets.slice(3);
    const sent = await custodian.sweep({ from: lists.flat(), to: target });
    await devnet.advance({ bitcoinBlocks: 1 });
    expect(await scanSats(lists.flat())).toBe(0n);
    expect(await scanSats(target)).toBe(before - sent.reduce((sum, { fee }) => sum + fee, 0n));
  });

  it('refuses to spend more than there is', async () => {
    const [empty = ''] = (await custodian.addresses('p2wpkh', 3)).slice(2);
    await expect(
      custodian.spend({ from: [empty], to: [{ address: empty, sats: 1n }] }),
    ).rejects.toThrow('hold 0 sats');
  });

  it('gives the same addresses for the same seed, with a wallet and without', async () => {
    const addresses = await custodian.addresses('p2wsh-multisig', 3);
    const options = { seed: 'custodian', type: 'p2wsh-multisig', count: 3 } as const;
    expect(await deriveCustodyAddresses(devnet.bitcoind, options)).toEqual(addresses);
    expect(addresses[0]).toMatch(/^bcrt1q[a-z0-9]{58}$/);
  });

  it('keeps one time on all chains', async () => {
    const start = devnet.now();
    const tip = await devnet.advance({ bitcoinBlocks: 3, secondsPerBlock: 601 });
    expect(devnet.now()).toBe(start + 3 * 601);
    expect(tip.time).toBe(devnet.now());
    const before = z
      .object({ time: z.number() })
      .parse(
        await devnet.bitcoind.rpc('getblockheader', [
          await devnet.bitcoind.rpc('getblockhash', [tip.height - 1]),
        ]),
      );
    expect(before.time).toBe(start + 2 * 601);
    for (const anvil of devnet.anvils) {
      const latest = await anvil.readLatest();
      expect(latest.timestamp).toBeLessThanOrEqual(devnet.now());
      expect(latest.timestamp).toBeGreaterThan(devnet.now() - 60);
      const parent = await anvil.client.getBlock({ blockNumber: latest.number - 1n });
      expect(Number(parent.timestamp)).toBe(latest.timestamp - 60);
      const finalized = await anvil.client.getBlock({ blockTag: 'finalized' });
      expect(finalized.number).toBe(latest.number - 2n);
    }
  });

  it('mines token changes at the clock, and old states stay readable', async () => {
    const token = await devnet.deployToken(31338, { name: 'Wrapped', symbol: 'w', decimals: 18 });
    const minted = await token.mint(5n * 10n ** 18n);
    const mintedAt = devnet.now();
    const burnt = await token.burn(10n ** 18n);
    const { client } = devnet.anvil(31338);
    const block = await client.getBlock({ blockNumber: minted });
    expect(Number(block.timestamp)).toBe(mintedAt);
    await devnet.advance({ bitcoinBlocks: 60 });
    expect(await token.readSupply(minted)).toBe(5n * 10n ** 18n);
    expect(await token.readSupply(burnt)).toBe(4n * 10n ** 18n);
    expect(await token.readSupply()).toBe(4n * 10n ** 18n);
  });

  it('has tokens that misbehave', async () => {
    const { client } = devnet.anvil(31337);
    const supply = '0x18160ddd';
    const reverting = await devnet.deployContract(31337, 'RevertingToken');
    await expect(client.call({ to: reverting, data: supply })).rejects.toThrow(
      'supply is not available',
    );
    const malformed = await devnet.deployContract(31337, 'MalformedToken');
    expect(await client.call({ to: malformed, data: supply })).toEqual({ data: '0xffffffff' });
    const other = await devnet.deployContract(31337, 'NotAToken');
    await expect(client.call({ to: other, data: supply })).rejects.toThrow('revert');
  });

  it('reorganises the newest blocks away, with and without their transactions', async () => {
    const [address = ''] = (await custodian.addresses('p2pkh', 6)).slice(5);
    await custodian.fund(address, 50_000n);
    const old = await devnet.advance({ bitcoinBlocks: 1 });
    const dropped = await devnet.reorgBitcoin({ depth: 1, transactions: 'dropped' });
    expect(dropped.height).toBe(old.height + 1);
    expect(dropped.time).toBe(devnet.now());
    expect(await devnet.bitcoind.rpc('getblockhash', [old.height])).not.toBe(old.hash);
    expect(await scanSats([address])).toBe(0n);
    await devnet.advance({ bitcoinBlocks: 1 });
    expect(await scanSats([address])).toBe(50_000n);
    const kept = await devnet.reorgBitcoin({ depth: 2, transactions: 'kept' });
    expect(kept.height).toBe(dropped.height + 2);
    expect(await scanSats([address])).toBe(50_000n);
  });

  it('takes changes in turn when they are asked for at once', async () => {
    const token = await devnet.deployToken(31337, { name: 'Wrapped', symbol: 'w', decimals: 8 });
    await Promise.all([token.mint(1n), devnet.advance({ bitcoinBlocks: 1 }), token.mint(2n)]);
    expect(await token.readSupply()).toBe(3n);
  });
});

describe('bitcoind', () => {
  it('says why it did not start', async () => {
    await expect(startBitcoind({ extraArgs: ['-nosuchoption=1'] })).rejects.toThrow(
      'Invalid parameter -nosuchoption',
    );
  });

  it('passes on the node’s errors with their codes', async () => {
    await using node = await startBitcoind({ mockTime: startTime });
    const failure = node.rpc('getblockhash', [7]).catch((error: unknown) => error);
    expect(await failure).toBeInstanceOf(BitcoinRpcError);
    expect(await failure).toMatchObject({ code: -8, method: 'getblockhash' });
  });

  it('can be a pruned node', async () => {
    const args = ['-prune=1', '-fastprune=1'];
    await using devnet = await startDevnet({ startTime, bitcoindArgs: args });
    await devnet.mineBitcoin(600);
    await devnet.bitcoind.rpc('pruneblockchain', [400]);
    const early = await devnet.bitcoind.rpc('getblockhash', [50]);
    await expect(devnet.bitcoind.rpc('getblock', [early])).rejects.toThrow('pruned data');
  });
});

describe('the nodes’ lives', () => {
  it('ends with stop: no process and no folder is left', async () => {
    const devnet = await startDevnet({ chainIds: [31337, 31338], startTime });
    const pids = [devnet.bitcoind.pid, ...devnet.anvils.map(({ pid }) => pid)];
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    await devnet.stop();
    await devnet.stop();
    expect(pids.map(isAlive)).toEqual([false, false, false]);
    expect(existsSync(devnet.bitcoind.dataDir)).toBe(false);
  });

  it.each([
    ['SIGINT', 'process.stdin.resume()'],
    ['SIGTERM', 'process.stdin.resume()'],
    ['SIGKILL', 'process.stdin.resume()'],
    ['an uncaught exception', 'setImmediate(() => { throw new Error("on purpose"); })'],
    ['a normal exit', 'process.exit(0)'],
  ])('ends with the parent, by %s', async (how, rest) => {
    const devnetModule = join(import.meta.dirname, '../../devnet/startDevnet.ts');
    const script = `
      import { startDevnet } from ${JSON.stringify(devnetModule)};
      const devnet = await startDevnet({ chainIds: [31337, 31338] });
      const pids = [devnet.bitcoind.pid, ...devnet.anvils.map(({ pid }) => pid)];
      await new Promise((resolve) => process.stdout.write(
        JSON.stringify({ pids, folder: devnet.bitcoind.dataDir }) + '\\n', resolve));
      ${rest};`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = once(parent, 'exit');
    const lines = createInterface({ input: parent.stdout });
    const [line] = await once(lines, 'line');
    const { pids, folder } = z
      .object({ pids: z.array(z.number()).length(3), folder: z.string() })
      .parse(JSON.parse(z.string().parse(line)));
    if (how === 'SIGINT' || how === 'SIGTERM' || how === 'SIGKILL') {
      expect(pids.map(isAlive)).toEqual([true, true, true]);
      parent.kill(how);
    }
    await ended;
    await expect.poll(() => pids.some(isAlive), { timeout: 60_000 }).toBe(false);
    await expect.poll(() => existsSync(folder), { timeout: 60_000 }).toBe(false);
  });
});
