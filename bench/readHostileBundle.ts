import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { toAssayError } from '../src/core/toAssayError.ts';
import { verifyBundle } from '../src/evidence/verifyBundle.ts';
import { buildEvidence } from '../test/support/evidenceSetting.ts';

// Verifies a bundle once, and tells how it was refused, and what processor time and memory that took.
const { report } = buildEvidence();
const before = process.memoryUsage.rss();
const start = process.cpuUsage();
let code = 'verifies';
try {
  await verifyBundle(createReadStream(process.argv[2] ?? ''), report);
} catch (thrown) {
  code = toAssayError(thrown).code;
}
const { user, system } = process.cpuUsage(start);
const seconds = (user + system) / 1e6;
const growthMb = ((await readPeak()) - before) / 1e6;
process.stdout.write(JSON.stringify({ code, seconds, growthMb }));

/** In bytes. Linux keeps `maxRSS` from the process that started this one, and tells its own elsewhere. */
async function readPeak(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}
