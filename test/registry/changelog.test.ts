import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadRegistry } from '../../src/registry/loadRegistry.ts';

const directory = new URL('../../addresses/', import.meta.url);

interface Entry {
  readonly date: string;
  readonly digest: string | undefined;
  readonly reason: string;
}

/** The entries of addresses/CHANGELOG.md, newest first. */
async function readEntries(): Promise<readonly Entry[]> {
  const text = await readFile(new URL('CHANGELOG.md', directory), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [date = '', ...lines] = section.split('\n');
      const [, digest] = /^Registry digest: `(0x[0-9a-f]{64})`$/m.exec(section) ?? [];
      const reason = lines.filter((line) => !line.startsWith('Registry digest:')).join(' ');
      return { date, digest, reason: reason.trim() };
    });
}

describe('addresses/CHANGELOG.md', () => {
  it('has the digest of the shipped registry in its newest entry', async () => {
    const { digest } = await loadRegistry(fileURLToPath(directory));
    expect((await readEntries())[0]?.digest).toBe(digest);
  });

  it('names date, digest and reason of each change, newest first', async () => {
    const entries = await readEntries();
    for (const { date, digest, reason } of entries) {
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}(?: \(\d+\))?$/);
      expect(digest).toBeDefined();
      expect(reason.length).toBeGreaterThan(40);
    }
    const dates = entries.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort().reverse());
    expect(new Set(dates).size).toBe(dates.length);
  });
});
