import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ReserveObservation } from '../src/bitcoin/bitcoinSource.ts';
import { createCoreSource } from '../src/bitcoin/coreSource.ts';
import { parseBitcoinSourceUrl } from '../src/bitcoin/parseBitcoinSourceUrl.ts';
import { bitcoinNetworks } from '../src/core/bitcoinNetwork.ts';

const Request = z.object({
  /** Source URL of the node. */
  url: z.string(),
  /** The height to audit. */
  height: z.number(),
  scripts: z.array(z.object({ address: z.string(), script: z.string() })),
});

/** What the programs of the reserves benchmark are to read: the file that their argument names. */
export type ReservesRequest = z.infer<typeof Request>;

export async function readReservesRequest(args: readonly string[]): Promise<ReservesRequest> {
  const [file] = args;
  if (file === undefined) throw new Error('the argument is missing: a request file');
  return Request.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** The source that the request names. */
export function openSource({ url }: ReservesRequest): ReturnType<typeof createCoreSource> {
  const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
  if (!network) throw new Error('regtest is not a network');
  return createCoreSource({ url: parseBitcoinSourceUrl(url), network });
}

export function countUtxos({ scripts }: ReserveObservation): number {
  return scripts.reduce((sum, script) => sum + (script.utxos?.length ?? 0), 0);
}
