import { countUtxos, openSource, readReservesRequest } from './reservesRequest.ts';

// Reads the reserves once, as a command does, and tells the peak of the process's memory.
const request = await readReservesRequest(process.argv.slice(2));
const source = openSource(request);
const point = await source.readPoint(request.height);
const observation = await source.readReserves({ point, scripts: request.scripts });
await source.close();

const maxRssMb = (process.resourceUsage().maxRSS * 1024) / 1_000_000;
process.stdout.write(JSON.stringify({ maxRssMb, utxos: countUtxos(observation) }));
