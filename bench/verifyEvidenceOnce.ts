import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Report } from '../src/attest/report.ts';
import { verifyBundle } from '../src/evidence/verifyBundle.ts';

// Verifies a bundle once, as a command does, and tells the peak of the process's memory.
const [bundleFile = '', reportFile = ''] = process.argv.slice(2);
const report = Report.parse(JSON.parse(await readFile(reportFile, 'utf8')));
const { outputs } = await verifyBundle(createReadStream(bundleFile), report);

const maxRssMb = (process.resourceUsage().maxRSS * 1024) / 1_000_000;
process.stdout.write(JSON.stringify({ maxRssMb, utxos: outputs }));
