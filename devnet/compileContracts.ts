import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { inProject } from './projectFolder.ts';

const Hex = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]+$/)]);

/** Deployment bytecode by contract name. */
export type CompiledContracts = Readonly<Record<string, z.infer<typeof Hex>>>;

const Compiled = z.record(z.string(), Hex);

const CompilerOutput = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).optional(),
  contracts: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.object({ evm: z.object({ bytecode: z.object({ object: z.string() }) }) }),
      ),
    )
    .optional(),
});

const settings = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'cancun',
  metadata: { bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
};

/**
 * Compiles devnet/contracts/*.sol with solc, imports taken from node_modules. The result is kept in
 * `.cache/contracts` under a hash of everything that goes into it, so that solc, which takes
 * seconds to load, runs once per change.
 *
 * @throws Error with the compiler's own words when a contract does not compile
 */
export async function compileContracts(): Promise<CompiledContracts> {
  const folder = inProject('devnet', 'contracts');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sol')).sort();
  const sources: Record<string, { content: string }> = {};
  for (const name of names) {
    sources[name] = { content: await readFile(join(folder, name), 'utf8') };
  }
  const input = JSON.stringify({ language: 'Solidity', sources, settings });

  const key = createHash('sha256').update(input);
  for (const name of ['solc', '@openzeppelin/contracts']) key.update(await readVersion(name));
  const cached = inProject('.cache', 'contracts', `${key.digest('hex').slice(0, 32)}.json`);
  if (existsSync(cached)) return Compiled.parse(JSON.parse(await readFile(cached, 'utf8')));

  const compiled = await compile(input, names);
  await mkdir(inProject('.cache', 'contracts'), { recursive: true });
  const partial = `${cached}.${process.pid}`;
  await writeFile(partial, JSON.stringify(compiled));
  await rename(partial, cached);
  return compiled;
}

async function compile(input: string, names: readonly string[]): Promise<CompiledContracts> {
  // Loading solc hooks into the process's unhandled rejections; that is not its business.
  const hooks = process.listeners('unhandledRejection');
  const { default: solc } = await import('solc');
  for (const hook of process.listeners('unhandledRejection')) {
    if (!hooks.includes(hook)) process.off('unhandledRejection', hook);
  }
  const said: unknown = solc.compile(input, { import: readImport });
  const output = CompilerOutput.parse(JSON.parse(z.string().parse(said)));
  const problems = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (problems.length > 0) {
    throw new Error(problems.map(({ formattedMessage }) => formattedMessage).join('\n'));
  }
  const compiled: Record<string, string> = {};
  for (const name of names) {
    for (const [contract, { evm }] of Object.entries(output.contracts?.[name] ?? {})) {
      compiled[contract] = `0x${evm.bytecode.object}`;
    }
  }
  return Compiled.parse(compiled);
}

function readImport(path: string): { contents: string } | { error: string } {
  try {
    return { contents: readFileSync(inProject('node_modules', path), 'utf8') };
  } catch {
    return { error: `${path} is not in node_modules` };
  }
}

async function readVersion(packageName: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(manifest, 'utf8')));
  return `${packageName}@${version}`;
}
