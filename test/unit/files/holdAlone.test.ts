import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { holdAlone, holdPath } from '../../../src/files/holdAlone.ts';
import { expectCode } from '../../support/expectCode.ts';

const module = new URL('../../../src/files/holdAlone.ts', import.meta.url).href;
const script = `
  import { holdAlone } from ${JSON.stringify(module)};
  try {
    await holdAlone(process.argv[1], 'the thing');
    console.log('held');
    setInterval(() => {}, 1e6);
  } catch (thrown) {
    console.log(thrown.code + ': ' + thrown.message);
  }
`;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Contender {
  readonly child: ChildProcess;
  /** What it says: that it has the thing, or who does. */
  readonly says: string;
}

/** A process that wants what the key names. */
function contend(key: string): Promise<Contender> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, key], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => {
      resolve({ child, says: text.trim() });
    });
  });
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

describe('holdAlone', () => {
  it('lets exactly one of several win that begin at once, and tells the others which', async () => {
    const key = randomUUID();
    const contenders = await Promise.all(Array.from({ length: 6 }, () => contend(key)));
    const winners = contenders.filter(({ says }) => says === 'held');
    expect(winners).toHaveLength(1);
    const pid = winners[0]?.child.pid;
    for (const { says } of contenders.filter((one) => one !== winners[0])) {
      expect(says).toBe(`FILE_IN_USE: the thing is in use by another process (pid ${pid}) already`);
    }
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'leaves nothing behind a process that ended by %s',
    async (signal) => {
      const key = randomUUID();
      const first = await contend(key);
      expect(first.says).toBe('held');
      await expectCode(() => holdAlone(key, 'the thing'), 'FILE_IN_USE');
      await end(first.child, signal);
      const lock = await holdAlone(key, 'the thing');
      expect((await contend(key)).says).toContain(`(pid ${process.pid})`);
      await lock.release();
      expect((await contend(key)).says).toBe('held');
    },
  );

  it('keeps apart what has different keys', async () => {
    const locks = [await holdAlone(randomUUID(), 'one'), await holdAlone(randomUUID(), 'other')];
    for (const lock of locks) await lock.release();
  });

  it('says what to do', async () => {
    const key = randomUUID();
    const lock = await holdAlone(key, 'the thing');
    const error = await expectCode(() => holdAlone(key, 'the thing', 'Wait.'), 'FILE_IN_USE');
    expect(error).toMatchObject({ fix: 'Wait.', facts: { pid: process.pid }, entry: { exit: 3 } });
    await lock.release();
  });
});

describe('holdPath', () => {
  it('knows a file by whatever path it is reached', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-hold-'));
    const file = join(folder, 'file');
    await writeFile(file, '');
    await symlink(file, join(folder, 'link'));
    const lock = await holdPath(file, 'the file');
    await expectCode(() => holdPath(join(folder, 'link'), 'the file'), 'FILE_IN_USE');
    await lock.release();
    await rm(folder, { recursive: true });
    await expectCode(() => holdPath(file, 'the file'), 'FILE_UNREADABLE');
  });
});
