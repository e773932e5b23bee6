import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyDocument } from '../../../src/cli/verifyDocument.ts';
import { signSample, testAccount } from '../../support/attestations.ts';
import { sampleFigures } from '../../support/sampleReport.ts';
import { createTestTerminal } from '../../support/testTerminal.ts';

let directory = '';
let file = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assay-historic-'));
  file = join(directory, 'past.json');
  const { attestation } = await signSample({ maxAgeSeconds: null });
  await writeFile(file, JSON.stringify(attestation));
});
afterAll(() => rm(directory, { recursive: true }));

it('a historic attestation verifies, and is shown as what held as of its block', async () => {
  const terminal = createTestTerminal({ now: sampleFigures.observedAt });
  const options = { signer: [testAccount.address] };
  expect(await verifyDocument(file, options, terminal)).toBe(0);
  const lines = terminal.out().split('\n');
  expect(lines[0]).toMatch(/ HISTORIC$/);
  expect(lines[1]).toContain('was backed as of block 895000, 2025-11-22T08:26:40Z');
  expect(terminal.out()).not.toMatch(/\bBACKED\b|valid until/);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

it('gives a program no verdict that it could take for one of now', async () => {
  const terminal = createTestTerminal({ now: sampleFigures.observedAt });
  const options = { signer: [testAccount.address], json: true };
  expect(await verifyDocument(file, options, terminal)).toBe(0);
  const document: unknown = JSON.parse(terminal.out());
  expect(document).toMatchObject({
    verified: true,
    historic: true,
    verdictThen: 'backed',
    asOf: { height: 895_000 },
    validUntil: sampleFigures.observedAt,
  });
  expect(document).not.toHaveProperty('verdict');
});
