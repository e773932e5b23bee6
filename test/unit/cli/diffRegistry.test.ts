import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  buildRegistry,
  mainnetAddresses,
  makeAssetFolder,
  makeReservesFile,
} from '../../support/registryBuilder.ts';

const { p2wpkh, p2tr } = mainnetAddresses;
let repository = '';
let folder = '';

/** A repository whose second commit adds one address to the registry. */
beforeAll(async () => {
  repository = await mkdtemp(join(tmpdir(), 'assay-diff-'));
  await using built = await buildRegistry({ one: makeAssetFolder('one') });
  folder = join(repository, 'addresses');
  await cp(built.directory, folder, { recursive: true });
  git('init', '--quiet');
  commit('before');
  const reserves = makeReservesFile([p2tr, p2wpkh]);
  await writeFile(join(folder, 'one', 'reserves.json'), JSON.stringify(reserves));
  commit('after');
});
afterAll(() => rm(repository, { recursive: true, force: true }));

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid'];
  execFileSync('git', [...identity, ...args], { cwd: repository, stdio: 'ignore' });
}

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--no-gpg-sign', '--message', message);
}

const program = fileURLToPath(new URL('../../../bin/assay.js', import.meta.url));

/** As a user runs it: standing in the repository. */
function diff(...args: string[]): Promise<{ exitCode: unknown; out: string; error: string }> {
  return new Promise((resolve) => {
    const command = [program, 'registry', 'diff', ...args];
    execFile(process.execPath, command, { cwd: repository }, (failure, out, error) =>
      resolve({ exitCode: failure?.code ?? 0, out, error }),
    );
  });
}

describe('registry diff', () => {
  it('shows what a commit changed, in 80 columns', async () => {
    const { exitCode, out } = await diff('HEAD~1', 'HEAD');
    expect(exitCode).toBe(0);
    expect(out).toContain(`  + ${p2tr}`);
    expect(out).not.toContain(p2wpkh);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('compares a commit with a directory, as JSON', async () => {
    const { out } = await diff('HEAD', 'addresses', '--json');
    const Document = z.object({
      addresses: z.array(z.unknown()),
      digests: z.record(z.string(), z.string()),
    });
    const { addresses, digests } = Document.parse(JSON.parse(out));
    expect(addresses).toEqual([]);
    expect(digests.before).toBe(digests.after);
  });

  it.each(['no-such-revision', '--output=/tmp/x', 'HEAD~99'])('refuses %j', async (name) => {
    const { exitCode, error } = await diff('--', name, 'HEAD');
    expect(exitCode).toBe(3);
    expect(error).toContain('REGISTRY_NOT_FOUND');
  });
});
