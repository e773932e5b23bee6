import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { signSample } from '../test/support/attestations.ts';
import type { BenchmarkResult } from './benchmark.ts';
import { worstOf } from './hostile.ts';
import { buildHostileBodies } from './hostileBodies.ts';

const uploads = 100;
const uploadBytes = 7_900_000;
const uploadSeconds = 12;

const standstillLimitMs = 100;
const memoryLimitMb = 150;

const Figures = z.object({ standstillMs: z.number(), peakMb: z.number() });

/** How long the service stands still, and how much memory it takes, whatever is sent to `/v1/verify`. */
export async function measureHostileClients(): Promise<readonly BenchmarkResult[]> {
  const server = fork(new URL('./hostileServer.ts', import.meta.url));
  try {
    const [url] = await once(server, 'message');
    const target = new URL('/v1/verify', z.url().parse(url));
    const good = Buffer.from(JSON.stringify((await signSample()).attestation));
    await post(target, good);
    await read(server);
    // Before anything hostile; the thread that verifies stands by then.
    const { peakMb: before } = await read(server);
    const bodies = await measureBodies(server, target, before);
    const slow = await measureUploads(server, target, before);
    if ((await post(target, good)) !== 'verifies') throw new Error('the service is broken');
    return [
      worstOf('standstill for any of the bodies', 'ms', bodies.standstills, standstillLimitMs),
      worstOf('memory for any of the bodies', 'MB', bodies.growths, memoryLimitMb),
      worstOf(`standstill for ${uploads} slow uploads`, 'ms', slow.standstills, standstillLimitMs),
      worstOf(`memory for ${uploads} slow uploads`, 'MB', slow.growths, memoryLimitMb),
    ];
  } finally {
    server.disconnect();
    await once(server, 'exit');
  }
}

interface Costs {
  readonly standstills: number[];
  readonly growths: number[];
}

async function measureBodies(server: ChildProcess, target: URL, before: number): Promise<Costs> {
  const costs: Costs = { standstills: [], growths: [] };
  for (const { name, body } of await buildHostileBodies()) {
    const start = performance.now();
    const answer = await post(target, body);
    const seconds = (performance.now() - start) / 1000;
    note(costs, await read(server), before, `${name}, ${mb(body.length)} MB: ${answer}`, seconds);
  }
  return costs;
}

async function measureUploads(server: ChildProcess, target: URL, before: number): Promise<Costs> {
  const costs: Costs = { standstills: [], growths: [] };
  const start = performance.now();
  const statuses = await Promise.all(Array.from({ length: uploads }, () => upload(target)));
  const counts = Map.groupBy(statuses, (status) => status);
  const told = [...counts].map(([status, all]) => `${all.length} × ${status}`).join(', ');
  const what = `${uploads} uploads of ${mb(uploadBytes)} MB: ${told}`;
  note(costs, await read(server), before, what, (performance.now() - start) / 1000);
  return costs;
}

function note(
  costs: Costs,
  { standstillMs, peakMb }: z.infer<typeof Figures>,
  before: number,
  what: string,
  seconds: number,
): void {
  costs.standstills.push(standstillMs);
  costs.growths.push(peakMb - before);
  const figures = `${standstillMs.toFixed(0)} ms, +${(peakMb - before).toFixed(0)} MB`;
  process.stderr.write(`  ${figures} in ${seconds.toFixed(1)} s  ${what}\n`);
}

async function post(target: URL, body: Uint8Array): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(target, { method: 'POST', headers, body: Uint8Array.from(body) });
  const answer = z.object({ code: z.string().optional() }).parse(await response.json());
  return answer.code ?? 'verifies';
}

/** Sends a body slowly, and answers the status and code of what came back. */
async function upload({ hostname, port, pathname }: URL): Promise<string> {
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  let fault = '';
  socket.on('error', ({ message }) => {
    fault = message;
  });
  await once(socket, 'connect');
  socket.write(
    `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\n` +
      `content-length: ${uploadBytes}\r\n\r\n[`,
  );
  const pieces = uploadSeconds * 10;
  const piece = '0,'.repeat(Math.ceil(uploadBytes / pieces / 2));
  for (let sent = 1; sent < uploadBytes && answer === ''; sent += piece.length) {
    socket.write(piece.slice(0, uploadBytes - sent));
    await wait(100);
  }
  while (answer === '' && !socket.closed) await wait(50);
  socket.destroy();
  const status = /^HTTP\/1.1 (\d+)/.exec(answer)?.[1] ?? `no answer (${fault})`;
  const code = /"code":"([A-Z_]+)"/.exec(answer)?.[1] ?? '';
  const later = /\r\nretry-after: \d+\r\n/i.test(answer) ? ' with Retry-After' : '';
  return `${status} ${code}${later}`;
}

async function read(server: ChildProcess): Promise<z.infer<typeof Figures>> {
  server.send('read');
  const [figures] = await once(server, 'message');
  return Figures.parse(figures);
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
