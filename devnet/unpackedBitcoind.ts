import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from './runProgram.ts';

/**
 * How to run a bitcoind that was unpacked into `root` with its own C library: through that
 * library's dynamic loader, on any architecture, whatever the machine's own libraries are.
 *
 * @throws Error when `root` does not hold the binary or a loader
 */
export async function unpackedBitcoind(root: string): Promise<Program> {
  const binary = join(root, 'usr/bin/bitcoind');
  if (!existsSync(binary)) throw new Error(`there is no bitcoind in ${root}`);
  const libraries = await listLibraryFolders(root);
  for (const folder of [...libraries, join(root, 'usr/lib64'), join(root, 'lib64')]) {
    if (!existsSync(folder)) continue;
    const loader = (await readdir(folder)).find((name) => /^ld(-linux.*|64)?\.so\.\d$/.test(name));
    if (loader === undefined) continue;
    return {
      file: join(folder, loader),
      args: ['--library-path', libraries.join(':'), binary],
    };
  }
  throw new Error(`there is no dynamic loader in ${root}`);
}

async function listLibraryFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const base of [join(root, 'usr/lib'), join(root, 'lib')]) {
    if (!existsSync(base)) continue;
    const names = (await readdir(base)).filter((name) => /-linux-gnu/.test(name));
    found.push(...names.map((name) => join(base, name)), base);
  }
  return found;
}
