import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scenarios } from '../../../demo/scenarios.ts';

const main = join(import.meta.dirname, '../../../demo/main.ts');

let folder: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-command-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Demo {
  readonly child: ChildProcess;
  /** What it has written to standard output so far. */
  readonly out: () => string;
  readonly ended: Promise<number | null>;
  /** Waits for a text on either output. @throws Error if it ends before */
  seen(text: string): Promise<void>;
}

/** Starts the demo as `npm run demo` does, with a folder of its own for all its files. */
function startDemo(args: readonly string[]): Demo {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  started.push(child);
  let out = '';
  let all = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      all += text;
      if (stream === child.stdout) out += text;
      child.emit('written');
    });
  }
  const ended = once(child, 'close').then(([code]) => z.number().nullable().parse(code));
  return {
    child,
    out: () => out,
    ended,
    seen: async (text) => {
      while (!all.includes(text)) {
        const over = await Promise.race([
          once(child, 'written').then(() => false),
          ended.then(() => true),
        ]);
        if (over && !all.includes(text)) throw new Error(`the demo ended without ${text}:\n${all}`);
      }
    },
  };
}

const Line = z.object({
  scenario: z.string(),
  asset: z.string(),
  verdict: z.string(),
  reserves: z.object({ sats: z.string().nullable(), utxos: z.int().nullable() }),
  evidence: z.object({ sats: z.string(), outputs: z.int() }).nullable(),
  supply: z.object({ amount: z.string().nullable(), decimals: z.literal(18) }),
  book: z.object({ sats: z.string().nullable(), supply: z.string().nullable() }),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  disputes: z.array(
    z.object({
      outpoint: z.string(),
      claims: z.array(z.object({ operator: z.string(), sats: z.string().nullable() })),
    }),
  ),
  graph: z
    .object({
      decimals: z.literal(18),
      edges: z.array(
        z.object({
          lockbox: z.string(),
          verdict: z.string(),
          locked: z.string().nullable(),
          minted: z.string().nullable(),
          surplus: z.string().nullable(),
          ratio: z.string().nullable(),
          reason: z.string(),
        }),
      ),
    })
    .nullable(),
  attestation: z.string().regex(/^0x[0-9a-f]{64}$/),
  signer: z.string(),
  verified: z.literal(true),
  naive: z.object({ verdict: z.string() }).optional(),
});

async function runOnce(
  scenario: string,
  more: readonly string[] = [],
): Promise<{ code: number | null; lines: z.infer<typeof Line>[] }> {
  const demo = startDemo(['--once', '--json', '--scenario', scenario, ...more]);
  const code = await demo.ended;
  const lines = demo.out().trimEnd().split('\n');
  return { code, lines: lines.map((line) => Line.parse(JSON.parse(line))) };
}

describe('npm run demo -- --once --json', () => {
  it.each([
    { scenario: 'liar', code: 0, verdicts: ['backed', 'backed'] },
    { scenario: 'none', code: 0, verdicts: ['backed', 'backed'] },
    { scenario: 'outage', code: 2, verdicts: ['backed', 'indeterminate'] },
    { scenario: 'inflight', code: 1, verdicts: ['backed', 'under-backed'] },
  ])('answers $scenario with one line per asset and code $code', async (expected) => {
    const { code, lines } = await runOnce(expected.scenario);
    expect(lines).toMatchObject(
      ['dbtc', 'dbtc18'].map((asset, index) => ({
        scenario: expected.scenario,
        asset,
        verdict: expected.verdicts[index],
      })),
    );
    expect(code).toBe(expected.code);
    for (const { reserves, supply, book, evidence } of lines) {
      expect(reserves.sats).toBe(book.sats);
      expect(evidence).toMatchObject({ sats: reserves.sats, outputs: reserves.utxos });
      if (supply.amount !== null) expect(supply.amount).toBe(book.supply);
    }
    const naive = expected.scenario === 'inflight' ? ['under-backed', 'backed'] : [];
    expect(lines.flatMap((line) => line.naive?.verdict ?? [])).toEqual(naive);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('npm run demo -- --once --json --scenario liar', () => {
  it('ends with 0 by two who agree, with 2 by three who cannot, and names who lies about what', async () => {
    const runs = await Promise.all(['2', '3'].map((n) => runOnce('liar', ['--quorum', n])));
    expect(runs.map(({ code }) => code)).toEqual([0, 2]);
    for (const { lines } of runs) {
      expect(lines.map(({ disputes }) => disputes.length)).toEqual([1, 1]);
      for (const { disputes } of lines) {
        expect(disputes[0]?.claims.find(({ sats }) => sats === null)?.operator).toBe('mallory');
      }
    }
    for (const { verdict, reserves, disputes, reasons } of runs[1]?.lines ?? []) {
      expect(verdict).toBe('indeterminate');
      expect(reserves.sats).toBeNull();
      expect(reasons[0]).toMatchObject({ code: 'BITCOIN_SOURCES_DISAGREE' });
      expect(reasons[0]?.message).toContain(disputes[0]?.outpoint);
      expect(reasons[0]?.message).toContain('mallory');
    }
  });
});

describe('npm run demo -- --scenario bridge', () => {
  it('ends with 0 (--once --json), since the asset is backed, and names the edge that is not', async () => {
    const { code, lines } = await runOnce('bridge');
    expect(code).toBe(0);
    expect(lines.map(({ asset, verdict }) => [asset, verdict])).toEqual([
      ['dbtc', 'backed'],
      ['dbtc18', 'backed'],
    ]);
    expect(lines[0]?.graph?.edges).toEqual([
      {
        lockbox: 'oft-adapter',
        verdict: 'backed',
        locked: '12000000010000000000',
        minted: '12000000010000000000',
        surplus: '0',
        ratio: '1.00000000',
        reason: '',
      },
      {
        lockbox: 'lock-bridge',
        verdict: 'under-backed',
        locked: '20000000000000000000',
        minted: '23000000010000000000',
        surplus: '-3000000010000000000',
        ratio: '0.86956521',
        reason: '3.00000001 fewer tokens lie there than are minted.',
      },
    ]);
    expect(lines[1]?.graph?.edges).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('shows a person the same as a tree, and whose loss it is', async () => {
    const demo = startDemo(['--once', '--scenario', 'bridge']);
    expect(await demo.ended).toBe(0);
    expect(demo.out()).toMatch(/^ +lockbox oft-adapter +BACKED$/m);
    expect(demo.out()).toMatch(/^ +lockbox lock-bridge +UNDER-BACKED$/m);
    expect(demo.out()).toContain('1 backed, 1 under-backed');
    expect(demo.out()).toContain('No finding on the issuer: the answer for dbtc stays backed.');
    for (const line of demo.out().split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('serves the graph, and says where', async () => {
    const demo = startDemo(['--port', '0', '--scenario', 'bridge']);
    await demo.seen('Ctrl-C ends it');
    expect(demo.out()).toContain('npx assay reconcile dbtc --graph \\\n');
    const [, url = ''] = /curl (\S+\/v1\/assets\/dbtc\/graph)$/m.exec(demo.out()) ?? [];
    expect(await (await fetch(url)).json()).toMatchObject({
      status: 'backed',
      graph: {
        edges: [
          { lockbox: 'oft-adapter', verdict: 'backed' },
          { lockbox: 'lock-bridge', verdict: 'under-backed', surplus: '-3000000010000000000' },
        ],
      },
    });
    const [, copy = ''] = /curl (\S+\/v1\/tokens\/eip155:31338\/0x\w+)$/m.exec(demo.out()) ?? [];
    expect(await (await fetch(copy)).json()).toMatchObject({
      backing: { status: 'backed' },
      edge: { lockbox: 'lock-bridge', verdict: 'under-backed' },
    });
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});

/** URLs of the nodes and of the API, from what the demo prints. */
function findUrls(out: string): string[] {
  const urls = out.matchAll(/(?:core\+|=|Serving at )(http:\/\/\S+)/g);
  return [...new Set([...urls].map((match) => match[1] ?? ''))];
}

async function isServed(url: string): Promise<boolean> {
  const { origin } = new URL(url);
  return fetch(origin, { method: 'POST' }).then(
    () => true,
    () => false,
  );
}

/** Listens at a port of this machine, unless somebody else does already. */
async function takePort(port: number): Promise<AsyncDisposable> {
  const server = createServer().listen(port, '127.0.0.1');
  await Promise.race([once(server, 'listening'), once(server, 'error')]);
  return {
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe('npm run demo', () => {
  it('serves until Ctrl-C, at a free port where the usual one is taken, and leaves nothing behind', async () => {
    await using _taken = await takePort(8080);
    const demo = startDemo([]);
    await demo.seen('Ctrl-C ends it');
    const urls = findUrls(demo.out());
    expect(urls).toHaveLength(4);
    expect(await Promise.all(urls.map(isServed))).toEqual([true, true, true, true]);
    const [api = ''] = urls.filter((url) => demo.out().includes(`Serving at ${url}`));
    const paths = [...demo.out().matchAll(/^ {2}(?:curl|open) (\S+)$/gm)].map((match) => match[1]);
    expect(paths).toHaveLength(5);
    for (const path of paths) expect((await fetch(path ?? '')).status).toBe(200);
    const backing: unknown = await (await fetch(`${api}/v1/assets/dbtc/backing`)).json();
    expect(backing).toMatchObject({ verdict: 'backed', status: 'backed' });
    // A terminal sends it more than once: to npm, which passes it on, and to the demo itself.
    demo.child.kill('SIGINT');
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(await Promise.all(urls.map(isServed))).toEqual([false, false, false, false]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    { args: ['--once', '--json'], signal: 'SIGINT', code: 130 },
    { args: ['--port', '0'], signal: 'SIGTERM', code: 0 },
  ] as const)('ends by $signal while it builds $args, with no answer', async (ending) => {
    const demo = startDemo(ending.args);
    await demo.seen('starting bitcoind');
    demo.child.kill(ending.signal);
    expect(await demo.ended).toBe(ending.code);
    expect(demo.out()).toBe('');
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses options that it does not understand', async () => {
    const refused: readonly [args: string[], text: string][] = [
      [['--scenario', 'nosuch'], 'USAGE_INVALID'],
      [['--json'], '--json goes with --once'],
      [['--port', '65536'], '65536 is no port'],
      [['--port', '-1'], 'USAGE_INVALID'],
      [['--quorum', '0'], 'a quorum is at least 1'],
      [['stray'], 'USAGE_INVALID'],
    ];
    await Promise.all(
      refused.map(async ([args, text]) => {
        const demo = startDemo(args);
        await demo.seen(text);
        expect(await demo.ended).toBe(3);
        expect(demo.out()).toBe('');
      }),
    );
  });

  it('explains itself, with all scenarios', async () => {
    const demo = startDemo(['--help']);
    expect(await demo.ended).toBe(0);
    for (const name of scenarios.keys()) {
      expect(demo.out()).toContain(`"${name}"`);
    }
    for (const line of demo.out().split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
