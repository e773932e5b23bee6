import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../core/assayError.ts';
import { AssetId } from './assetFile.ts';
import { createFinding, type Finding } from './finding.ts';
import { nearestWord } from './nearestWord.ts';
import { quoteText } from './printableText.ts';

/** Holds the JSON Schemas; no asset may have its name. */
const schemaFolder = 'schema';

/** What an asset's folder may hold; `evidence` is a folder. */
const assetFiles = ['asset.json', 'reserves.json', 'evidence', 'README.md'];

/** The asset folders of a registry directory, in the order of their names, and what is odd there. */
export interface AssetFolders {
  readonly ids: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Lists the folders of a registry directory. Plain files and hidden names beside them are none of
 * the registry's business; any other folder must be an asset's. Symbolic links are refused: a
 * registry is what stands in it.
 *
 * @throws AssayError REGISTRY_NOT_FOUND if the directory is missing or holds no asset folder,
 * FILE_UNREADABLE if it may not be read
 */
export async function listAssetFolders(directory: string): Promise<AssetFolders> {
  await refuseMissing(directory);
  const ids: string[] = [];
  const findings: Finding[] = [];
  const entries = await readFolder(directory);
  if (entries === null) throw unreadable(directory);
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === schemaFolder || entry.isFile()) continue;
    const place = { file: entry.name, pointer: '' };
    if (!entry.isDirectory()) {
      findings.push(createFinding('REGISTRY_SCHEMA_INVALID', place, ...oddEntry(entry.name)));
    } else if (!AssetId.safeParse(entry.name).success) {
      findings.push(createFinding('REGISTRY_SCHEMA_INVALID', place, ...oddFolder(entry.name)));
    } else {
      ids.push(entry.name);
    }
  }
  if (ids.length === 0 && findings.length === 0) throw notFound(directory, 'holds no asset');
  return { ids: ids.sort(), findings };
}

/** What does not belong into an asset's folder: links, and names that nothing reads. */
export async function findOddFiles(directory: string, id: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const entries = await readFolder(join(directory, id));
  if (entries === null) {
    return [createFinding('FILE_UNREADABLE', { file: id, pointer: '' }, `${id} cannot be read`)];
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const place = { file: `${id}/${entry.name}`, pointer: '' };
    const isFolder = entry.name === 'evidence';
    if (!assetFiles.includes(entry.name)) {
      findings.push(createFinding('REGISTRY_SCHEMA_INVALID', place, ...unknownFile(entry.name)));
    } else if (isFolder ? !entry.isDirectory() : !entry.isFile()) {
      findings.push(createFinding('REGISTRY_SCHEMA_INVALID', place, ...oddEntry(entry.name)));
    }
  }
  return findings;
}

async function refuseMissing(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found === null) throw notFound(directory, 'is not there');
  if (!found.isDirectory()) throw notFound(directory, 'is not a directory');
}

function readFolder(path: string): Promise<Dirent[] | null> {
  return readdir(path, { withFileTypes: true }).catch(() => null);
}

function unreadable(directory: string): AssayError {
  return new AssayError('FILE_UNREADABLE', {
    message: `the registry directory ${quoteText(directory)} cannot be read`,
  });
}

function notFound(directory: string, what: string): AssayError {
  return new AssayError('REGISTRY_NOT_FOUND', {
    message: `the registry directory ${quoteText(directory)} ${what}`,
  });
}

function oddEntry(name: string): [message: string, fix: string] {
  return [
    `${quoteText(name)} is a symbolic link or a special file`,
    'Put the file or folder itself there.',
  ];
}

function oddFolder(name: string): [message: string, fix: string] {
  return [
    `${quoteText(name)} is not a name for an asset`,
    'Name the folder with lower-case letters and digits, joined by dots or hyphens, at most 40.',
  ];
}

function unknownFile(name: string): [message: string, fix: string] {
  const meant = nearestWord(name, assetFiles);
  return [
    `${quoteText(name)} is nothing that an asset's folder may hold`,
    meant ? `Did you mean ${meant}? Else remove it.` : `It may hold ${assetFiles.join(', ')}.`,
  ];
}
