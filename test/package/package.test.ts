import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { errorCodes } from '../../src/core/errorCodes.ts';
import { type CommandCase, commandCases } from './commandCases.ts';
import { type CommandWorld, openCommandWorld } from './commandWorld.ts';
import { readHelpTree, type ShownCommand } from './helpTree.ts';
import { loadInBrowser } from './loadInBrowser.ts';
import { type Outcome, runInstalled, startInstalled } from './runInstalled.ts';

const folder = inject('installed');
const nodes = Object.entries(inject('nodes'));
const newest = { node: process.execPath, folder };

/** What nobody but those who make assay can use. */
const inward = /INTERNAL_ERROR|node_modules|node:|\bERR_[A-Z]|^\s+at .+:\d+|Warning:/m;
const Failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

type Asynchronous = (...args: readonly unknown[]) => Promise<unknown>;
const synchronous = z.custom<(text: string) => unknown>((value) => typeof value === 'function');
const asynchronous = z.custom<Asynchronous>((value) => typeof value === 'function');
const Functions = z.object({ parseAttestation: synchronous, verifyAttestation: asynchronous });
const EvidenceFunctions = Functions.extend({ verifyBundle: asynchronous });
const Verified = z.object({
  report: z.looseObject({ reserves: z.looseObject({ sats: z.string() }) }),
});

let world: CommandWorld;
let shown: readonly ShownCommand[];

beforeAll(async () => {
  world = await openCommandWorld(newest);
  shown = await readHelpTree({ ...newest, cwd: world.folder });
});
afterAll(() => world?.close());

/** Held for every command, whatever comes of it. */
function expectOutward({ out, error }: Outcome): void {
  expect(out).not.toMatch(inward);
  expect(error).not.toMatch(inward);
}

/** The code of the error, which is the first line of standard error or the JSON there. */
function codeOf({ error }: Outcome, asJson: boolean): string | undefined {
  if (asJson) return error === '' ? undefined : Failure.parse(JSON.parse(error)).error.code;
  return /^error ([A-Z_0-9]+)$/m.exec(error)?.[1];
}

async function check(node: string, name: string, { args, exitCode, code }: CommandCase) {
  const asJson = shown.find((one) => one.name === name)?.takesJson === true;
  const cwd = await world.makeFolder();
  const outcome = await runInstalled({ node, folder, cwd }, [
    ...args,
    ...(asJson ? ['--json'] : []),
  ]);
  expectOutward(outcome);
  expect({ ...outcome, code: codeOf(outcome, asJson) }).toMatchObject({ exitCode, code });
  if (code !== undefined) expect(Object.keys(errorCodes)).toContain(code);
  // Exactly one JSON document, or nothing at all: `JSON.parse` takes neither more nor less.
  if (asJson && (code === undefined || outcome.out !== '')) JSON.parse(outcome.out);
  if (code === undefined) expect(outcome.out).not.toBe('');
}

it('has a good and a bad input for every command that help shows', () => {
  const names = shown.map(({ name }) => name).filter((name) => name !== 'serve');
  expect(names.toSorted()).toEqual(Object.keys(commandCases(world)).toSorted());
});

describe.each(nodes)('on Node.js %s', (_version, node) => {
  it('runs every command with a good and a bad input', async () => {
    const runs = Object.entries(commandCases(world)).flatMap(([name, { good, bad }]) => [
      ...[check(node, name, good), check(node, name, bad)],
    ]);
    const failures = (await Promise.allSettled(runs)).flatMap((run) =>
      run.status === 'rejected' ? [run.reason] : [],
    );
    expect(failures).toEqual([]);
  });

  it('shows help, and names what it does not know', async () => {
    const installed = { node, folder, cwd: world.folder };
    const help = await runInstalled(installed, ['help', 'verify']);
    expectOutward(help);
    expect(help).toMatchObject({ exitCode: 0, error: '' });
    for (const args of [['help', 'nonsense'], ['nonsense'], [], ['registry', 'nonsense']]) {
      const outcome = await runInstalled(installed, args);
      expectOutward(outcome);
      expect({ ...outcome, code: codeOf(outcome, false) }).toMatchObject({
        exitCode: 3,
        out: '',
        code: 'USAGE_INVALID',
      });
    }
  });

  it('serves until it is told to end, and says so where it cannot', async () => {
    const installed = { node, folder, cwd: world.folder };
    const service = startInstalled(installed, ['serve', '--config', world.file('assay.json')]);
    const url = (await service.until('out', /\n/)).trim();
    await service.until('error', /"audited"/);
    const Backing = z.object({ status: z.string(), attestation: z.object({ id: z.string() }) });
    const answer = await (await fetch(`${url}/v1/assets/dbtc/backing`)).json();
    const { status, attestation } = Backing.parse(answer);
    expect(status).toBe('backed');
    const latest = await fetch(`${url}/v1/attestations/${attestation.id}`);
    const verified = await fetch(`${url}/v1/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: await latest.text(),
    });
    expect(await verified.json()).toMatchObject({ verifies: true });
    service.end();
    const outcome = await service.ended;
    expectOutward(outcome);
    // As shells tell the end by SIGTERM.
    expect(outcome.exitCode).toBe(143);

    const taken = await runInstalled(installed, ['serve', '--config', world.file('taken.json')]);
    expectOutward(taken);
    expect(taken).toMatchObject({ exitCode: 3, out: '' });
    expect(taken.error).toContain('LISTEN_FAILED');
    expect(taken.error).toContain('another program listens there');
  });
});

it('says on a Node.js that is too old in one line which it needs', async () => {
  const installed = { node: inject('tooOldNode'), folder, cwd: world.folder };
  for (const args of [[], ['registry', 'list', '--json']]) {
    const { exitCode, out, error } = await runInstalled(installed, args);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' });
    expect(error).toMatch(/^assay needs Node\.js 22\.18 or newer; this is v12\.\d+\.\d+\.\n$/);
  }
});

describe('without Node.js, in the bundle of a browser', () => {
  const read = async (name: string): Promise<string> => readFile(world.file(name), 'utf8');
  const policy = () => ({ signers: [world.signer], now: Math.floor(Date.now() / 1000) });

  it('verifies an attestation, and refuses one that was changed', async () => {
    const { parseAttestation, verifyAttestation } = Functions.parse(
      await loadInBrowser(folder, 'assay/verify'),
    );
    const text = await read('signed.json');
    const attestation = parseAttestation(text);
    expect(await verifyAttestation(attestation, policy())).toMatchObject({
      signer: world.signer,
      report: { verdict: 'backed' },
    });
    const changed = parseAttestation(
      text.replace('"verdict": "backed"', '"verdict": "under-backed"'),
    );
    await expect(verifyAttestation(changed, policy())).rejects.toMatchObject({
      code: 'ATTESTATION_REPORT_MISMATCH',
    });
  });

  it('derives its figures from the evidence, and refuses evidence that was changed', async () => {
    const { parseAttestation, verifyAttestation, verifyBundle } = EvidenceFunctions.parse(
      await loadInBrowser(folder, 'assay/verify-evidence'),
    );
    const attestation = parseAttestation(await read('signed.json'));
    const { report } = Verified.parse(await verifyAttestation(attestation, policy()));
    const bytes = new Uint8Array(await readFile(world.file('signed.evidence')));
    const { sats } = z.object({ sats: z.bigint() }).parse(await verifyBundle([bytes], report, {}));
    expect(sats.toString()).toBe(report.reserves.sats);
    const changed = bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1);
    await expect(verifyBundle([changed], report, {})).rejects.toMatchObject({
      code: expect.stringMatching(/^EVIDENCE_/),
    });
  });
});
