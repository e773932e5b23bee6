import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { fetchNode, oldestNode, tooOldNode } from '../../devnet/fetchNode.ts';
import { inProject } from '../../devnet/projectFolder.ts';
import { runProgram } from '../../devnet/runProgram.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder into which the packed package was installed. */
    installed: string;
    /** Binaries of Node.js: those that assay runs on by their version, and one that is too old. */
    nodes: Readonly<Record<string, string>>;
    tooOldNode: string;
  }
}

const Entry = z.looseObject({
  version: z.string().optional(),
  name: z.string().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
});
const Lock = z.looseObject({ packages: z.record(z.string(), Entry) });
const Manifest = z.object({
  version: z.string(),
  overrides: z.unknown(),
  bin: z.unknown(),
  engines: z.unknown(),
  dependencies: z.record(z.string(), z.string()),
});

/**
 * Packs the package as `npm publish` would, and installs it into an empty folder, without network: npm
 * finds the dependencies by their digests in its own cache, where `npm ci` has put them.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-package-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const report = (line: string): void => void process.stderr.write(`assay: ${line}\n`);
    const oldest = await fetchNode(oldestNode, report);
    project.provide('tooOldNode', await fetchNode(tooOldNode, report));
    project.provide('nodes', {
      [`v${oldestNode.version}`]: oldest,
      [process.version]: process.execPath,
    });
    project.provide('installed', await install(await pack(folder), folder));
    return remove;
  } catch (error) {
    await remove();
    throw error;
  }
}

async function pack(folder: string): Promise<string> {
  await runNpm(['pack', '--pack-destination', folder], inProject());
  const [archive, ...more] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  if (archive === undefined || more.length > 0) throw new Error('npm pack made no one archive');
  return join(folder, archive);
}

async function install(archive: string, folder: string): Promise<string> {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  await copyFile(archive, join(empty, 'assay.tgz'));
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  const manifest = Manifest.parse(await readJson(inProject('package.json')));
  const dependencies = { assay: 'file:assay.tgz' };
  const { version, bin, engines } = manifest;
  const own = {
    ...{ version, bin, engines, dependencies: manifest.dependencies },
    resolved: dependencies.assay,
    integrity: `sha512-${digest}`,
  };
  const lock = Lock.parse(await readJson(inProject('package-lock.json')));
  const packages = { '': { dependencies }, 'node_modules/assay': own, ...needed(lock.packages) };
  const { overrides } = manifest;
  await writeJson(join(empty, 'package.json'), { private: true, dependencies, overrides });
  await writeJson(join(empty, 'package-lock.json'), { lockfileVersion: 3, packages });
  await runNpm(['ci', '--offline', '--no-audit', '--no-fund'], empty);
  return empty;
}

/** What users of the package get of the lock file. With `resolved` npm asks nobody for the address. */
function needed(packages: z.infer<typeof Lock>['packages']) {
  const entries = Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional && !isOfDevnet(path),
  );
  return Object.fromEntries(
    entries.map(([path, entry]) => {
      const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 13);
      const file = `${name.split('/').at(-1)}-${entry.version}.tgz`;
      return [path, { ...entry, resolved: `https://registry.npmjs.org/${name}/-/${file}` }];
    }),
  );
}

/** An optional package of the checkout alone, since npm has no optional ones for development. */
function isOfDevnet(path: string): boolean {
  return path.includes('@foundry-rs');
}

async function runNpm(args: readonly string[], cwd: string): Promise<void> {
  // What npm tells its scripts of the checkout is not meant for another folder.
  const own = Object.keys(process.env).filter((name) => /^npm_/i.test(name));
  const unset = own.flatMap((name) => ['-u', name]);
  await runProgram({ file: 'env', args: [...unset, 'npm'] }, args, { cwd });
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, JSON.stringify(value));
}
