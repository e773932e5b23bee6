import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readSystemFailure } from '../core/systemFailure.ts';
import { createFinding, type Finding } from './finding.ts';
import { quoteText } from './printableText.ts';
import { readRegistryFile } from './readRegistryFile.ts';

const maxFiles = 1000;

/** What an asset's folder `evidence/` holds. */
export interface EvidenceContent {
  /** The JSON of each file by its name, in the order of the names, not yet checked in any way. */
  readonly files: ReadonlyMap<string, unknown>;
  readonly findings: readonly Finding[];
}

/** Reads the evidence of an asset: JSON files, no folders and no links; hidden names are left alone. */
export async function readEvidenceFiles(directory: string, id: string): Promise<EvidenceContent> {
  const folder = `${id}/evidence`;
  const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch(nothing);
  if (entries === 'unreadable') return onlyFinding('FILE_UNREADABLE', folder, 'cannot be read');
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  if (visible.length > maxFiles) {
    const what = `holds ${visible.length} files; at most ${maxFiles} are read`;
    return onlyFinding('REGISTRY_SCHEMA_INVALID', folder, what);
  }
  const files = new Map<string, unknown>();
  const findings: Finding[] = [];
  for (const entry of visible.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = `${folder}/${entry.name}`;
    if (!entry.isFile() || !isEvidenceName(entry.name)) {
      findings.push(oddFile(file, entry.name));
      continue;
    }
    const content = await readRegistryFile(directory, file);
    if (content.ok) files.set(entry.name, content.value);
    else findings.push(content.finding);
  }
  return { files, findings };
}

/** Plain ASCII: the name is part of the digest, and file systems write other letters in several ways. */
function isEvidenceName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.json$/.test(name);
}

function nothing(thrown: unknown): [] | 'unreadable' {
  return readSystemFailure(thrown)?.code === 'ENOENT' ? [] : 'unreadable';
}

function onlyFinding(code: Finding['code'], file: string, what: string): EvidenceContent {
  const findings = [createFinding(code, { file, pointer: '' }, `${file} ${what}`)];
  return { files: new Map(), findings };
}

function oddFile(file: string, name: string): Finding {
  return createFinding(
    'REGISTRY_SCHEMA_INVALID',
    { file, pointer: '' },
    `${quoteText(name)} is nothing that evidence/ may hold`,
    'It may hold plain files, named by letters, digits, dots and hyphens, that end in .json.',
  );
}
