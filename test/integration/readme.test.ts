import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const commands = await readCommands('README.md');
const ofChains = await readCommands('docs/chains.md');

async function readCommands(file: string): Promise<readonly string[]> {
  const text = await readFile(join(root, file), 'utf8');
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Asks public servers, which no test does; test/unit/cli runs it against ports of this machine. */
const notRun = ['npx assay reconcile wbtc'];

const exitCodes: Readonly<Record<string, number>> = {
  'npx assay registry list': 0,
  'npx assay registry show wbtc': 0,
  'npx assay keys generate --keystore assay-key.json --passphrase-file passphrase': 0,
  'npx assay keys show --keystore assay-key.json': 0,
  // Verified in every part but its time: the vector is of the past.
  'npx assay verify attestation.json --signer 0xC7205f0606CA30915cE44b175227255712db9046': 1,
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-readme-'));
  await makePassphrase();
  const vector = join(root, 'test/vectors/attestation/attestation-1.json');
  const Vector = z.object({ attestation: z.unknown() });
  const { attestation } = Vector.parse(JSON.parse(await readFile(vector, 'utf8')));
  await writeFile(join(folder, 'attestation.json'), JSON.stringify(attestation));
  await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
});
afterAll(() => rm(folder, { recursive: true }));

/** By the README's own command, in the shell of its reader. */
async function makePassphrase(): Promise<void> {
  const command = commands.find((one) => one.endsWith('> passphrase)')) ?? 'false';
  await promisify(execFile)('sh', ['-c', command], { cwd: folder });
}

function run(command: string): Promise<{ exitCode: number | string; out: string; error: string }> {
  const args = command.split(' ').slice(2);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'bin/assay.js'), ...args],
      { cwd: folder, env: { PATH: process.env.PATH } },
      (failure, out, error) => resolve({ exitCode: failure?.code ?? 0, out, error }),
    );
  });
}

describe('the commands of the README', () => {
  it('begin with the two that a newcomer runs, and they are scripts of the package', async () => {
    const Package = z.object({ scripts: z.record(z.string(), z.string()) });
    const { scripts } = Package.parse(
      JSON.parse(await readFile(join(root, 'package.json'), 'utf8')),
    );
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
    expect(scripts).toMatchObject({
      demo: 'node demo/main.ts',
      pretest: 'node scripts/prepareTests.ts',
      test: 'vitest run',
    });
  });

  it('are all known here', () => {
    const known = [...notRun, ...Object.keys(exitCodes)].sort();
    expect(commands.filter((one) => one.startsWith('npx')).sort()).toEqual(known);
  });

  it('are with those of docs/chains.md, which tells no others', () => {
    expect(ofChains).toEqual(['npx assay registry list', 'npx assay registry show wbtc']);
  });

  it.each(Object.entries(exitCodes))('%s ends with %i', async (command, exitCode) => {
    const result = await run(command);
    expect({ exitCode: result.exitCode, error: result.error }).toMatchObject({ exitCode });
    if (exitCode === 1) expect(result.error).toContain('ATTESTATION_EXPIRED');
    else expect(result.out).not.toBe('');
  });
});
