import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { createCoreSource } from '../src/bitcoin/coreSource.ts';
import { parseBitcoinSourceUrl } from '../src/bitcoin/parseBitcoinSourceUrl.ts';
import { bitcoinNetworks } from '../src/core/bitcoinNetwork.ts';

// A process of its own for the memory benchmark: reads the reserves once and tells its peak.
const [file] = process.argv.slice(2);
const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
if (!file || !network) throw new Error('usage: readReservesOnce.ts REQUEST_FILE');

const { url, height, scripts } = z
  .object({
    url: z.string(),
    height: z.number(),
    scripts: z.array(z.object({ address: z.string(), script: z.string() })),
  })
  .parse(JSON.parse(await readFile(file, 'utf8')));
const source = createCoreSource({ url: parseBitcoinSourceUrl(url), network });
const point = await source.readPoint(height);
const observation = await source.readReserves({ point, scripts });
await source.close();

const utxos = observation.scripts.reduce((sum, script) => sum + (script.utxos?.length ?? 0), 0);
const maxRssMb = (process.resourceUsage().maxRSS * 1024) / 1_000_000;
process.stdout.write(JSON.stringify({ maxRssMb, utxos }));
