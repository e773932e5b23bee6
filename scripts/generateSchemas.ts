// Writes the JSON Schemas of the registry's files from their zod schemas, or with --check says
// whether the committed ones are up to date (exit code 1 if not).
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { registrySchemas } from '../src/registry/registrySchemas.ts';

const folder = new URL('../addresses/schema/', import.meta.url);
const isCheck = process.argv.includes('--check');

if (!isCheck) await mkdir(folder, { recursive: true });
for (const [name, text] of registrySchemas()) {
  const file = new URL(name, folder);
  if (!isCheck) {
    await writeFile(file, text);
    process.stdout.write(`wrote addresses/schema/${name}\n`);
  } else if ((await readFile(file, 'utf8').catch(() => null)) !== text) {
    process.stderr.write(
      `addresses/schema/${name} is out of date: run node scripts/generateSchemas.ts\n`,
    );
    process.exitCode = 1;
  }
}
