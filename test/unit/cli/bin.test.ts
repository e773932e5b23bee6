import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { expect, it } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const text = await readFile(`${root}/bin/assay.js`, 'utf8');
const Package = z.object({ engines: z.object({ node: z.string() }) });
const { engines } = Package.parse(JSON.parse(await readFile(`${root}/package.json`, 'utf8')));

/** What the entry says and with which code it ends on a Node.js of that version, or that it goes on. */
function start(node: string) {
  const said: string[] = [];
  const process = {
    version: `v${node}`,
    versions: { node },
    stderr: { write: (line: string) => said.push(line) },
    exitCode: undefined as number | undefined,
  };
  const script = text.replace(/^#!.*\n/, '').replace("import('./start.js')", 'goOn()');
  let goesOn = false;
  vm.runInNewContext(script, {
    process,
    goOn: () => {
      goesOn = true;
    },
  });
  return { goesOn, exitCode: process.exitCode, said: said.join('') };
}

it.each(['0.10.48', '12.22.12', '20.20.2', '22.9.0', '22.17.1'])(
  'says on Node.js %s in one line which it needs',
  (node) => {
    expect(start(node)).toEqual({
      goesOn: false,
      exitCode: 3,
      said: `assay needs Node.js 22.18 or newer; this is v${node}.\n`,
    });
  },
);

it.each(['22.18.0', '22.20.1', '23.0.0', '24.21.0', '100.0.0'])('goes on on Node.js %s', (node) => {
  expect(start(node)).toEqual({ goesOn: true, exitCode: undefined, said: '' });
});

it('needs what package.json says', () => {
  expect(engines.node).toBe('>=22.18');
});
