import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AssayProcess, startAssay } from '../support/assayProcess.ts';
import { startHostileServer } from '../support/hostileServer.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const open: AssayProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-interrupted-'));
});

afterEach(async () => {
  for (const one of open.splice(0)) one.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function start(args: readonly string[], nodeOptions?: readonly string[]): AssayProcess {
  const process = startAssay(args, nodeOptions);
  open.push(process);
  return process;
}

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

/** Stands still for ever, and says so, as soon as the program calls a function of Node. */
function standStillAt(module: string, name: string): readonly string[] {
  const code = `
    import { syncBuiltinESMExports } from 'node:module';
    import held from '${module}';
    held.${name} = () => {
      process.stderr.write('standing still\\n');
      for (;;);
    };
    syncBuiltinESMExports();`;
  return [`--import=data:text/javascript,${encodeURIComponent(code)}`];
}

describe.each(signals)('%s', (signal, exitCode) => {
  it('ends a reconciliation whose source drips, with nothing written', async () => {
    await using server = await startHostileServer('a byte now and then');
    const source = `127.0.0.1:${server.port}`;
    const process = start([
      ...['reconcile', 'wbtc', '--bitcoin', `core+http://u:p@${source}`],
      ...['--rpc', `eip155:1=http://${source}`, '--out', at('out.json')],
      ...['--evidence', at('evidence.jsonl')],
    ]);
    await server.asked;
    process.kill(signal);
    const { code, out } = await process.ended;
    expect([code, out]).toEqual([exitCode, '']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends the service while a source drips', async () => {
    await using server = await startHostileServer('a byte now and then');
    await writeFile(at('passphrase'), 'for this test\n', { mode: 0o600 });
    const key = ['--keystore', at('key.json'), '--passphrase-file', at('passphrase')];
    expect((await start(['keys', 'generate', ...key]).ended).code).toBe(0);
    await chmod(at('key.json'), 0o600);
    const config = {
      assets: ['wbtc'],
      bitcoin: [`esplora+http://127.0.0.1:${server.port}`],
      rpc: { 'eip155:1': [`http://127.0.0.1:${server.port}`] },
      ...{ keystore: 'key.json', passphraseFile: 'passphrase', listen: { port: 0 } },
    };
    await writeFile(at('assay.json'), JSON.stringify(config));
    const process = start(['serve', '--config', at('assay.json')]);
    await server.asked;
    process.kill(signal);
    expect((await process.ended).code).toBe(exitCode);
  });

  it.each([
    ['the registry is read', 'node:fs/promises', 'readdir'],
    ['the key is derived', 'node:crypto', 'scrypt'],
  ])('ends it at once while %s, though nothing else runs', async (_, module, name) => {
    await writeFile(at('passphrase'), 'for this test\n', { mode: 0o600 });
    const key = ['--keystore', at('key.json'), '--passphrase-file', at('passphrase')];
    expect((await start(['keys', 'generate', ...key]).ended).code).toBe(0);
    const process = start(['reconcile', 'wbtc', '--sign', ...key], standStillAt(module, name));
    await process.says('standing still');
    process.kill(signal);
    expect(await process.ended).toMatchObject({ code: null, signal, out: '' });
  });
});
