import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { discoverAddresses } from '../../../src/cli/discoverAddresses.ts';
import { runCli } from '../../../src/cli/runCli.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { Proposal } from '../../../src/discovery/proposal.ts';
import { publish, readAt, readingOf } from '../../support/discoveryReadings.ts';
import { type EsploraServer, startEsploraServer } from '../../support/esploraServer.ts';
import {
  type BuiltRegistry,
  buildRegistry,
  makeAssetFile,
  makeDeployment,
  makeReservesFile,
  regtest,
} from '../../support/registryBuilder.ts';
import { createSyntheticChain, syntheticAddress } from '../../support/syntheticChain.ts';
import { createTestTerminal } from '../../support/testTerminal.ts';

const listed = syntheticAddress('listed');
const empty = syntheticAddress('empty');
const fresh = syntheticAddress('fresh');
const contract = 'eip155:1:0x52908400098527886E0F7030069857D2E4169EE7';
const feed = { kind: 'cbbtc-json', url: 'https://issuer.example/por.json', provenance: ['issuer'] };
const list = { kind: 'por-address-list', contract, provenance: ['issuer'] };

let built: BuiltRegistry;
let folder = '';
/** What the issuer's feed answers; undefined: with HTTP status 404. */
let answer: unknown;
let server: Server;
let url = '';
let bitcoin: EsploraServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-discovery-'));
  built = await buildRegistry({
    one: {
      'asset.json': makeAssetFile('one', { reserveChain: regtest, discovery: [feed] }),
      'reserves.json': makeReservesFile([listed.address, empty.address].sort()),
    },
    silent: {
      'asset.json': makeAssetFile('silent', {
        reserveChain: regtest,
        deployments: [makeDeployment({ token: contract.replace(':0x', '/erc20:0x') })],
      }),
      'reserves.json': makeReservesFile([]),
    },
  });
  answer = feedOf([listed.address, empty.address]);
  server = createServer((_, response) => {
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? 'no such page'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/por.json`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await bitcoin?.stop();
  bitcoin = undefined;
  await built.remove();
  await rm(folder, { recursive: true });
});

/** cbBTC's documented shape. */
function feedOf(addresses: readonly string[], amount = '1.5') {
  const unit = { currency: { name: 'BTC' }, network: { name: 'bitcoin' } };
  return {
    schema: 'v1',
    lastUpdatedAt: '2026-11-22T10:00:00Z',
    reservesTotal: { amount: '3.0', ...unit },
    reserveAddresses: addresses.map((address) => ({ address, balance: { amount, ...unit } })),
  };
}

async function discover(id: string, ...options: string[]) {
  const before = await snapshot();
  const terminal = createTestTerminal({ now: readAt });
  const args = ['registry', 'discover', id, '--registry', built.directory, ...options];
  const exitCode = await runCli(args, '0', terminal);
  expect(await snapshot()).toEqual(before);
  return { exitCode, out: terminal.out(), error: terminal.error() };
}

/** Every file of the registry with its content. */
async function snapshot(): Promise<readonly string[]> {
  const files = await readdir(built.directory, { recursive: true, withFileTypes: true });
  const paths = files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return Promise.all(paths.sort().map(async (path) => `${path}: ${await readFile(path, 'utf8')}`));
}

/** A chain on which `fresh` holds 1,234 sat and `empty` nothing. */
async function serveBitcoin(): Promise<string> {
  const chain = createSyntheticChain();
  chain.send({ to: [{ to: fresh, sats: 1234n }] });
  chain.mine(10);
  bitcoin = await startEsploraServer({ readView: chain.readView });
  return bitcoin.sourceUrl;
}

const Document = z.object({
  schema: z.literal('assay.discovery/1'),
  complete: z.boolean(),
  counts: z.record(z.string(), z.int()),
  outcomes: z.array(z.record(z.string(), z.unknown())),
  holdings: z.unknown(),
  rows: z.array(
    z.object({
      address: z.string(),
      finding: z.string(),
      claimedSats: z.array(z.string()),
      heldSats: z.string().nullable(),
    }),
  ),
});

describe('registry discover', () => {
  it('ends with 0 where the issuer publishes what the registry has', async () => {
    const { exitCode, out } = await discover('one', '--url', `cbbtc-json=${url}`);
    expect(out).toContain('No difference. The registry was not changed.');
    expect(out).toContain('claims 3.00000000 BTC (a claim; never counted)');
    expect(exitCode).toBe(0);
  });

  it('shows what differs in 80 columns, and ends with 1', async () => {
    answer = feedOf([listed.address, fresh.address]);
    const { exitCode, out } = await discover('one', '--url', `cbbtc-json=${url}`);
    expect(out).toContain(`new          ${fresh.address}`);
    expect(out).toContain(`unconfirmed  ${empty.address}`);
    expect(out).not.toContain(listed.address);
    expect(out).toContain('2 differences. The registry was not changed.');
    expect(out).toContain('held: not read');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(exitCode).toBe(1);
  });

  it('tells claims from holdings, as JSON, and proposes what a person may take over', async () => {
    answer = feedOf([listed.address, fresh.address]);
    const file = join(folder, 'proposal.json');
    const options = ['--url', `cbbtc-json=${url}`, '--bitcoin', await serveBitcoin(), '--json'];
    const { out, exitCode } = await discover('one', '--proposal', file, ...options);
    const { rows } = Document.parse(JSON.parse(out));
    expect(
      Object.fromEntries(
        rows.map((row) => [row.address, [row.finding, row.claimedSats, row.heldSats]]),
      ),
    ).toEqual({
      [listed.address]: ['agreed', ['150000000'], null],
      [fresh.address]: ['new', ['150000000'], '1234'],
      [empty.address]: ['unconfirmed', [], '0'],
    });
    expect(exitCode).toBe(1);
    const proposal = Proposal.parse(JSON.parse(await readFile(file, 'utf8')));
    expect(proposal.add.map(({ address, provenance }) => [address, provenance])).toEqual([
      [fresh.address, ['cbbtc-json-2026-11-22']],
    ]);
    expect(proposal.close.map(({ address }) => address)).toEqual([empty.address]);
    // The URL was given by hand: it is not the issuer's word.
    expect(Object.values(proposal.sources).map(({ kind }) => kind)).toEqual(['claimed']);
  });

  it('leaves holdings unknown where the Bitcoin source fails', async () => {
    answer = feedOf([listed.address, fresh.address]);
    // That server answers with the feed, whatever it is asked.
    const source = `mempool+${new URL(url).origin}`;
    const options = ['--url', `cbbtc-json=${url}`, '--bitcoin', source, '--json'];
    const { out, exitCode } = await discover('one', ...options);
    const { rows, holdings } = Document.parse(JSON.parse(out));
    expect(rows.map(({ heldSats }) => heldSats)).toEqual([null, null, null]);
    expect(holdings).toMatchObject({ error: { code: 'SOURCE_RESPONSE_INVALID' } });
    expect(exitCode).toBe(1);
  });

  it('ends with 2 where every place fails, and takes nothing for unconfirmed', async () => {
    answer = undefined;
    const { out, exitCode } = await discover('one', '--url', `cbbtc-json=${url}`, '--json');
    const { counts, complete, outcomes } = Document.parse(JSON.parse(out));
    expect(counts).toMatchObject({ unknown: 2, unconfirmed: 0, agreed: 0 });
    expect(complete).toBe(false);
    expect(outcomes).toMatchObject([{ side: 'issuer', error: { code: expect.any(String) } }]);
    expect(exitCode).toBe(2);
  });

  it('ends with 2 where an entry of the list is no address, and prints no control characters', async () => {
    answer = feedOf([listed.address, empty.address, '\u001b[31mbc1q\u202e']);
    const { out, exitCode } = await discover('one', '--url', `cbbtc-json=${url}`);
    expect(out).toContain('DISCOVERY_ENTRY_INVALID');
    expect(out).toContain('not read to the end');
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    expect(exitCode).toBe(2);
  });

  it.each([
    ['a kind that is none', ['--url', 'no-such-kind=http://127.0.0.1/'], 'USAGE_INVALID'],
    ['a kind that the asset has not', ['--url', 'okx-asset=http://127.0.0.1/'], 'USAGE_INVALID'],
    ['a contract', ['--url', 'lombard-por=http://127.0.0.1/'], 'USAGE_INVALID'],
    ['a URL without kind', ['--url', 'http://127.0.0.1/?key=SECRET'], 'USAGE_INVALID'],
    ['a file', ['--url', 'cbbtc-json=file:///etc/passwd'], 'SOURCE_URL_INVALID'],
    ['no URL', ['--url', 'cbbtc-json=SECRET'], 'SOURCE_URL_INVALID'],
    ['credentials', ['--url', 'cbbtc-json=http://me:SECRET@127.0.0.1/'], 'SOURCE_URL_INVALID'],
    [
      'a kind twice',
      ['--url', 'cbbtc-json=http://127.0.0.1/', '--url', 'cbbtc-json=http://127.0.0.1/'],
      'USAGE_INVALID',
    ],
    ['an RPC without chain', ['--rpc', 'http://127.0.0.1/SECRET'], 'SOURCE_URL_INVALID'],
    ['another Bitcoin scheme', ['--bitcoin', 'ftp://127.0.0.1'], 'SOURCE_SCHEME_UNKNOWN'],
  ])('refuses %s', async (_, options, code) => {
    const { exitCode, out, error } = await discover('one', ...options);
    expect(error).toContain(`error ${code}`);
    expect(error).not.toContain('SECRET');
    expect([exitCode, out]).toEqual([3, '']);
  });

  it.each([
    ['silent', 'DISCOVERY_NOTHING_TO_READ'],
    ['nobody', 'ASSET_UNKNOWN'],
  ])('refuses the asset %s', async (id, code) => {
    const { exitCode, error } = await discover(id);
    expect(error).toContain(code);
    expect(exitCode).toBe(3);
  });

  it('refuses a proposal inside the registry, over a file, or nowhere', async () => {
    await writeFile(join(folder, 'there.json'), '{}');
    await symlink(join(folder, 'nowhere.json'), join(folder, 'dangling.json'));
    await symlink(built.directory, join(folder, 'way'));
    await mkdir(join(folder, 'deep'));
    for (const file of [
      join(built.directory, 'proposal.json'),
      join(built.directory, 'one', 'proposal.json'),
      join(folder, 'deep', '..', 'way', 'proposal.json'),
      join(folder, 'there.json'),
      join(folder, 'dangling.json'),
      join(folder, 'missing', 'proposal.json'),
    ]) {
      const { exitCode, error } = await discover('one', '--proposal', file);
      expect(error).toContain('error DISCOVERY_PROPOSAL_REFUSED');
      expect(exitCode).toBe(3);
    }
    expect(await readFile(join(folder, 'there.json'), 'utf8')).toBe('{}');
  });
});

describe('discoverAddresses', () => {
  it('asks the next server of a chain where one fails, and names both', async () => {
    await built.remove();
    built = await buildRegistry({
      one: {
        'asset.json': makeAssetFile('one', { reserveChain: regtest, discovery: [list] }),
        'reserves.json': makeReservesFile([listed.address]),
      },
    });
    const terminal = createTestTerminal({ now: readAt });
    const asked: string[] = [];
    const options = {
      registry: built.directory,
      url: [],
      rpc: ['first', 'second', 'third'].map((name) => `eip155:1=http://${name}.example`),
      bitcoin: [],
    };
    const exitCode = await discoverAddresses('one', options, terminal, {
      readFeed: () => Promise.reject(new Error('there is no feed')),
      readContract: async (place, { rpc }) => {
        asked.push(rpc.source.operator);
        if (asked.length === 1) throw new AssayError('SOURCE_TIMEOUT');
        return { ...readingOf(place, [publish(listed.address)]), source: rpc.source };
      },
    });
    expect(asked).toEqual(['first.example', 'second.example']);
    expect(terminal.out()).toContain('first.example failed: SOURCE_TIMEOUT');
    expect(terminal.out()).toContain('from second.example');
    expect(exitCode).toBe(0);
  });

  it('compares an asset with the custody of its whole pool', async () => {
    await built.remove();
    const token = contract.replace(':0x', '/erc20:0x');
    const pooled = { reserveChain: regtest, pool: 'shared', discovery: [feed] };
    built = await buildRegistry({
      one: {
        'asset.json': makeAssetFile('one', pooled),
        'reserves.json': makeReservesFile([listed.address]),
      },
      two: {
        'asset.json': makeAssetFile('two', { ...pooled, deployments: [makeDeployment({ token })] }),
        'reserves.json': makeReservesFile([empty.address]),
      },
    });
    const { exitCode, out } = await discover('one', '--url', `cbbtc-json=${url}`);
    expect(out).toContain('2 open, 0 closed, of all assets of the pool shared');
    expect(exitCode).toBe(0);
  });
});
