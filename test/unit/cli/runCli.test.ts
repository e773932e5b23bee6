import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../../src/cli/runCli.ts';
import { signStored, testAccount } from '../../support/attestations.ts';
import { sampleReport } from '../../support/sampleReport.ts';
import { createTestTerminal, type TestTerminalOptions } from '../../support/testTerminal.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], options: TestTerminalOptions = {}) {
  const terminal = createTestTerminal(options);
  const exitCode = await runCli(args, '1.2.3', terminal);
  return { exitCode, out: terminal.out(), error: terminal.error() };
}

/** An address on this machine where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('help', () => {
  const commands = [
    ['reconcile'],
    ['verify'],
    ['serve'],
    ['registry', 'check'],
    ['registry', 'list'],
    ['registry', 'show'],
    ['registry', 'diff'],
    ['registry', 'challenge'],
    ['registry', 'prove'],
    ['keys', 'generate'],
    ['keys', 'show'],
  ];

  it.each(commands.map((words) => [words.join(' '), words] as const))(
    'of `%s` shows an example and fits 80 columns',
    async (_, words) => {
      const { exitCode, out } = await run([...words, '--help']);
      expect(exitCode).toBe(0);
      expect(out).toContain('Example');
      expect(out).toContain(`assay ${words.join(' ')}`);
      expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  it('of assay itself names every command', async () => {
    const { exitCode, out } = await run(['--help']);
    expect(exitCode).toBe(0);
    for (const [name = ''] of commands) expect(out).toContain(name);
  });

  it('--version gives the version', async () => {
    expect(await run(['--version'])).toMatchObject({ exitCode: 0, out: '1.2.3\n' });
  });
});

describe('a command line that is not understood', () => {
  it.each([
    [[]],
    [['audit']],
    [['reconcile']],
    [['reconcile', 'wbtc', '--no-such-option']],
    [['reconcile', 'wbtc', '--at-height', '-1']],
    [['reconcile', 'wbtc', '--at-height', '1e3']],
    [['reconcile', 'wbtc', '--quorum', 'two']],
    [['reconcile', 'wbtc', '--quorum', '0']],
    [['reconcile', 'wbtc', '--pairing', 'latest']],
    [['verify', 'x.json', '--signer', '0x123']],
    [['keys', 'show']],
  ])('%j ends with USAGE_INVALID and exit code 3', async (args) => {
    const { exitCode, out, error } = await run(args);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' });
    expect(error).toContain('error USAGE_INVALID');
  });

  it('is one JSON document on standard error with --json', async () => {
    const { error } = await run(['reconcile', 'nothing', '--json']);
    const Document = z.object({ error: z.object({ code: z.string(), fix: z.string() }) });
    expect(Document.parse(JSON.parse(error)).error.code).toBe('ASSET_UNKNOWN');
  });
});

describe('registry', () => {
  const shipped = fileURLToPath(new URL('../../../addresses', import.meta.url));

  it('check passes on the registry that ships, strictly too', async () => {
    const { exitCode, out } = await run(['registry', 'check', '--strict', '--as-of', '2026-12-01']);
    expect(out).toBe('The registry has no findings: 31 assets, 888 custody addresses.\n');
    expect(exitCode).toBe(0);
  });

  it('check warns of an overdue review, and fails for it only with --strict', async () => {
    const asOf = ['--as-of', '2027-02-23', '--registry', shipped];
    const lenient = await run(['registry', 'check', ...asOf]);
    expect(lenient.out).toContain('  warning REGISTRY_REVIEW_OVERDUE');
    expect(lenient.out).toContain('0 errors, 31 warnings; the registry may be used.');
    expect(lenient.exitCode).toBe(0);
    const strict = await run(['registry', 'check', '--strict', ...asOf]);
    expect(strict.out).toContain('31 errors, 0 warnings; nothing of the registry is used');
    expect(strict.exitCode).toBe(3);
  });

  it('check takes today for the day where none is given', async () => {
    const now = Date.parse('2027-03-01T12:00:00Z') / 1000;
    const { out } = await run(['registry', 'check', '--json'], { now });
    const Document = z.object({
      ok: z.boolean(),
      asOf: z.string(),
      findings: z.array(z.object({ code: z.string(), severity: z.string() })),
    });
    const document = Document.parse(JSON.parse(out));
    expect(document).toMatchObject({ ok: true, asOf: '2027-03-01' });
    expect(document.findings[0]).toEqual({ code: 'REGISTRY_REVIEW_OVERDUE', severity: 'warning' });
  });

  it.each(['2026-02-30', '2026-13-01', 'tomorrow', '20261122'])(
    'check refuses %s as a day',
    async (day) => {
      const { exitCode, error } = await run(['registry', 'check', '--as-of', day]);
      expect(exitCode).toBe(3);
      expect(error).toContain('error USAGE_INVALID');
    },
  );

  it('list shows each asset with coverage, deployments, addresses and review in 80 columns', async () => {
    const { exitCode, out } = await run(['registry', 'list', '--registry', shipped]);
    expect(exitCode).toBe(0);
    const rows = new Map(out.split('\n').map((line) => [line.split(' ')[0], line.split(/ +/)]));
    expect(rows.get('wbtc')).toEqual('wbtc WBTC partial 7/7 27 338 2027-02-22 -'.split(' '));
    expect(rows.get('btc.b')).toEqual('btc.b BTC.b partial 6/6 2 1 2027-02-22 lombard'.split(' '));
    expect(rows.get('renbtc')).toEqual('renbtc renBTC retired 7/7 0 0 2027-02-22 -'.split(' '));
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('check names a directory that is not there', async () => {
    const { exitCode, error } = await run(['registry', 'check', '--registry', join(folder, 'no')]);
    expect(exitCode).toBe(3);
    expect(error).toContain('REGISTRY_NOT_FOUND');
  });
});

describe('keys', () => {
  it('are made with a passphrase from a file, for their owner alone, and shown', async () => {
    const passphraseFile = join(folder, 'passphrase');
    const keystore = join(folder, 'key.json');
    await writeFile(passphraseFile, 'correct horse\n', { mode: 0o600 });
    const args = ['--keystore', keystore, '--passphrase-file', passphraseFile];
    const made = await run(['keys', 'generate', ...args]);
    expect(made.exitCode).toBe(0);
    expect(made.out).toMatch(/^0x[0-9a-fA-F]{40}\n$/);
    expect((await stat(keystore)).mode & 0o777).toBe(0o600);
    expect(await readFile(keystore, 'utf8')).not.toContain('correct horse');
    const shown = await run(['keys', 'show', '--keystore', keystore]);
    expect(shown.out).toBe(made.out);
    const again = await run(['keys', 'generate', ...args]);
    expect(again.exitCode).toBe(3);
    expect(again.error).toContain('KEYSTORE_EXISTS');
  });

  it('ask for the passphrase twice at a terminal', async () => {
    const keystore = join(folder, 'asked.json');
    const differ = await run(['keys', 'generate', '--keystore', keystore], {
      answers: ['one', 'two'],
    });
    expect(differ.error).toContain('PASSPHRASE_WRONG');
    const alike = await run(['keys', 'generate', '--keystore', keystore], {
      answers: ['one', 'one'],
    });
    expect(alike.exitCode).toBe(0);
  });

  it('need a passphrase from somewhere', async () => {
    const { exitCode, error } = await run(['keys', 'generate', '--keystore', join(folder, 'x')]);
    expect(exitCode).toBe(3);
    expect(error).toContain('PASSPHRASE_MISSING');
  });
});

describe('reconcile', () => {
  it('with sources that nobody answers at is indeterminate, and says what is missing', async () => {
    const port = await closedPort();
    const chains = [
      ...['1', '8453', '56', '2222', '196'].map((id) => `eip155:${id}`),
      ...['solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp', 'sui:mainnet', 'aptos:1'],
      ...['tron:0x2b6653dc', 'cosmos:osmosis-1'],
    ];
    const rpc = chains.flatMap((chain) => ['--rpc', `${chain}=http://127.0.0.1:${port}`]);
    const sources = ['--bitcoin', `core+http://127.0.0.1:${port}`, ...rpc];
    const { exitCode, out, error } = await run(['reconcile', 'wbtc', 'xbtc', ...sources]);
    expect(error).toBe('');
    expect(exitCode).toBe(2);
    expect(out).toContain('INDETERMINATE');
    expect(out).toContain('SOURCE_UNREACHABLE');
    const text = out.replace(/\n {4}/g, ' ');
    for (const chain of chains) expect(text).toMatch(new RegExp(`BTC on ${chain}[:,] `));
    expect(out).not.toContain('SUPPLY_CHAIN_UNSUPPORTED');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('says once for each cause why copies and lockboxes were not read', async () => {
    const port = await closedPort();
    const url = `http://127.0.0.1:${port}`;
    const chains = ['eip155:1', 'eip155:2818', 'eip155:43111'];
    const rpc = chains.flatMap((chain) => ['--rpc', `${chain}=${url}`]);
    const args = ['reconcile', 'bgbtc', '--graph', '--bitcoin', `core+${url}`, ...rpc];
    const { exitCode, out, error } = await run(args);
    expect({ exitCode, error }).toEqual({ exitCode: 2, error: '' });
    const lines = out.slice(out.indexOf('  Not read')).split('\n');
    const cause = `  - eip155:1 and 2 more: SOURCE_UNREACHABLE: ${url}`;
    expect(lines.slice(1, lines.indexOf(''))).toEqual([expect.stringMatching(`^${cause} .*…$`)]);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('names a server of a chain on which nothing lies: it is not asked', async () => {
    const port = await closedPort();
    const servers = ['eip155:1', 'eip155:1', 'eip155:10', 'eip155:11', 'eip155:3'];
    const rpc = servers.flatMap((chain) => ['--rpc', `${chain}=http://127.0.0.1:${port}`]);
    const bitcoin = ['--bitcoin', `core+http://127.0.0.1:${port}`];
    const { exitCode, error } = await run(['reconcile', 'hbtc', ...bitcoin, ...rpc]);
    expect(exitCode).toBe(2);
    expect(error).toBe('The registry has nothing on eip155:11, eip155:3: not asked.\n');
  });

  it('refuses a source of an unknown kind', async () => {
    const { exitCode, error } = await run(['reconcile', 'wbtc', '--bitcoin', 'ftp://127.0.0.1']);
    expect(exitCode).toBe(3);
    expect(error).toContain('SOURCE_SCHEME_UNKNOWN');
  });

  it('finds before it asks anybody that a file cannot be written', async () => {
    const there = join(folder, 'there.json');
    await writeFile(there, 'precious');
    for (const option of ['--out', '--evidence']) {
      const { exitCode, error } = await run(['reconcile', 'wbtc', option, there]);
      expect(exitCode).toBe(3);
      expect(error).toContain('FILE_EXISTS');
      expect(error).toContain('--force');
    }
    const twice = await run(['reconcile', 'wbtc', '--out', 'x', '--evidence', './x']);
    expect(twice.error).toContain('FILE_PROTECTED');
    expect(await readFile(there, 'utf8')).toBe('precious');
  });

  it('never writes over the passphrase or the key, even by force', async () => {
    const passphrase = join(folder, 'secret');
    await writeFile(passphrase, 'secret', { mode: 0o600 });
    const args = ['--passphrase-file', passphrase, '--out', passphrase, '--force'];
    expect((await run(['reconcile', 'wbtc', ...args])).error).toContain('FILE_PROTECTED');
    const keystore = join(folder, 'precious-key.json');
    await run(['keys', 'generate', '--keystore', keystore, '--passphrase-file', passphrase]);
    const before = await readFile(keystore, 'utf8');
    const over = await run(['reconcile', 'wbtc', '--out', keystore, '--force']);
    expect(over.error).toContain('FILE_PROTECTED');
    expect(await readFile(keystore, 'utf8')).toBe(before);
    expect(await readFile(passphrase, 'utf8')).toBe('secret');
  });

  it('refuses to sign without a key', async () => {
    const { exitCode, error } = await run(['reconcile', 'wbtc', '--sign']);
    expect(exitCode).toBe(3);
    expect(error).toContain('KEYSTORE_NOT_FOUND');
  });
});

describe('headers sync', () => {
  it('writes over no file that is something else', async () => {
    const passphrase = join(folder, 'not-headers');
    const link = join(folder, 'headers-link');
    await writeFile(passphrase, 'secret');
    await symlink(join(folder, 'nothing'), link);
    for (const file of [passphrase, link]) {
      const { exitCode, error } = await run(['headers', 'sync', '--headers', file]);
      expect(exitCode).toBe(3);
      expect(error).toContain('FILE_PROTECTED');
    }
    expect(await readFile(passphrase, 'utf8')).toBe('secret');
  });

  it('leaves no empty store behind, which would pass for one', async () => {
    const file = join(folder, 'unfilled');
    const bitcoin = `core+http://127.0.0.1:${await closedPort()}`;
    const args = ['headers', 'sync', '--headers', file, '--bitcoin', bitcoin];
    expect((await run(args)).error).toContain('SOURCE_UNREACHABLE');
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });
});

describe('verify', () => {
  it('shows what a signed report says without letting it steer the terminal', async () => {
    const report = sampleReport();
    const name = 'Fake\u001b[2J\u001b[1;1H\u202e BTC';
    const stored = await signStored({
      ...report,
      asset: { ...report.asset, name },
      notProven: [...report.notProven, `\u009b31m${name}`],
    });
    const file = join(folder, 'hostile.json');
    await writeFile(file, JSON.stringify(stored.attestation));
    const args = ['verify', file, '--signer', testAccount.address];
    const now = report.observedAt + 60;
    const shown = await run(args, { now });
    expect(shown.exitCode).toBe(0);
    expect(shown.out).toContain('Fake\\u{1b}[2J\\u{1b}[1;1H\\u{202e} BTC');
    const json = await run([...args, '--json'], { now });
    for (const { out } of [shown, json]) expect(out).not.toMatch(/[\p{C}](?<!\n)/u);
  });
});

describe('serve', () => {
  it('names every place of a config file that is wrong', async () => {
    const file = join(folder, 'assay.json');
    await writeFile(file, JSON.stringify({ keystore: 'k', intervalSeconds: 0, colour: 'blue' }));
    const { exitCode, error } = await run(['serve', '--config', file]);
    expect(exitCode).toBe(3);
    for (const place of ['CONFIG_INVALID', 'passphraseFile', 'intervalSeconds', 'colour']) {
      expect(error).toContain(place);
    }
  });

  it('names a config file that is not there', async () => {
    const { exitCode, error } = await run(['serve', '--config', join(folder, 'none.json')]);
    expect(exitCode).toBe(3);
    expect(error).toContain('FILE_UNREADABLE');
    expect(error).toContain('it is not there (ENOENT)');
  });

  it.each(['banana', '10.0.0.0/33', '10.0.0.0/', '::1/129', ''])(
    'refuses %j for a proxy',
    async (proxy) => {
      const file = join(folder, 'proxy.json');
      const config = { keystore: 'k', passphraseFile: 'p', trustProxy: [proxy] };
      await writeFile(file, JSON.stringify(config));
      const { exitCode, error } = await run(['serve', '--config', file]);
      expect(exitCode).toBe(3);
      expect(error).toContain('/trustProxy/0');
    },
  );

  it.each(['loopback', '127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'])(
    'takes %j for a proxy',
    async (proxy) => {
      const file = join(folder, 'proxy.json');
      const config = { keystore: 'none', passphraseFile: 'p', trustProxy: [proxy] };
      await writeFile(file, JSON.stringify(config));
      const { error } = await run(['serve', '--config', file]);
      expect(error).not.toContain('CONFIG_INVALID');
    },
  );
});
