import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../src/core/assayError.ts';
import { errorCodes } from '../../../src/core/errorCodes.ts';
import { toAssayError } from '../../../src/core/toAssayError.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const codes = Object.keys(errorCodes);

describe('the error table', () => {
  it('says for every code what happened and what to do', () => {
    for (const [code, entry] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
      expect(entry.title).toMatch(/^.{10,}\.$/);
      expect(entry.fix).toMatch(/^.{10,}$/s);
    }
  });

  it('has every code in docs/errors.md and in openapi.yaml', () => {
    const docs = readFileSync(`${root}/docs/errors.md`, 'utf8');
    const openapi = readFileSync(`${root}/openapi.yaml`, 'utf8');
    expect(codes.filter((code) => !docs.includes(`### ${code}\n`))).toEqual([]);
    expect(codes.filter((code) => !openapi.includes(code))).toEqual([]);
  });

  it('has no code that nothing gives', async () => {
    const files = await Array.fromAsync(glob('src/**/*.ts', { cwd: root }));
    const texts = files
      .filter((file) => !file.endsWith('errorCodes.ts') && !file.includes('core/codes/'))
      .map((file) => readFileSync(`${root}/${file}`, 'utf8'));
    const unused = codes.filter((code) => !texts.some((text) => text.includes(`'${code}'`)));
    expect(unused).toEqual([]);
  });
});

describe('toAssayError', () => {
  it('keeps an AssayError and marks anything else as internal', () => {
    const known = new AssayError('SOURCE_TIMEOUT');
    expect(toAssayError(known)).toBe(known);
    expect(toAssayError(new TypeError('x')).code).toBe('INTERNAL_ERROR');
    expect(toAssayError('text').message).toBe('text');
  });
});
