import type { TestProject } from 'vitest/node';
import { compileContracts } from '../../devnet/compileContracts.ts';
import { locateAnvil } from '../../devnet/locateAnvil.ts';
import { locateBitcoind } from '../../devnet/locateBitcoind.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The first line of `bitcoind --version`. */
    bitcoindVersion: string;
    /** The first line of `anvil --version`. */
    anvilVersion: string;
  }
}

/**
 * Makes sure that the real nodes are there before any test that needs them: bitcoind is fetched
 * when it is missing, contracts are compiled. Whatever cannot be had fails the whole run.
 */
export async function setup(project: TestProject): Promise<void> {
  const [bitcoind, anvil] = await Promise.all([
    locateBitcoind(),
    locateAnvil(),
    compileContracts(),
  ]);
  project.provide('bitcoindVersion', bitcoind.version);
  project.provide('anvilVersion', anvil.version);
}
