import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { describeJsonFault, readJsonBytes } from '../core/readJson.ts';
import { readSystemFailure } from '../core/systemFailure.ts';
import { createFinding, type Finding } from './finding.ts';
import { registryBounds } from './registryBounds.ts';

/** The JSON of a registry file, not yet checked in any way, or why there is none. */
export type RegistryFileContent =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly finding: Finding };

/**
 * Reads one file of a registry: a regular file, no symbolic link, UTF-8, of bounded size, and JSON
 * without repeated members.
 */
export async function readRegistryFile(
  directory: string,
  file: string,
): Promise<RegistryFileContent> {
  const bytes = await readBytes(directory, file);
  if (!(bytes instanceof Uint8Array)) return { ok: false, finding: bytes };
  const reading = readJsonBytes(bytes, registryBounds);
  if (reading.ok) return reading;
  const { fault } = reading;
  const place = { file, pointer: fault.pointer };
  const message = describeJsonFault(fault);
  return { ok: false, finding: createFinding('REGISTRY_JSON_INVALID', place, message) };
}

async function readBytes(directory: string, file: string): Promise<Uint8Array | Finding> {
  // Neither follow a link nor wait for the writer of a named pipe. Windows knows neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let handle: FileHandle | undefined;
  try {
    handle = await open(join(directory, file), flags);
    const { size } = await handle.stat();
    if (size > registryBounds.length) {
      const message = `has ${size} bytes; at most ${registryBounds.length} are read`;
      return failed('REGISTRY_SCHEMA_INVALID', file, message).finding;
    }
    return await handle.readFile();
  } catch (thrown) {
    return failedToRead(file, thrown);
  } finally {
    await handle?.close();
  }
}

function failedToRead(file: string, thrown: unknown): Finding {
  const failure = readSystemFailure(thrown);
  if (failure?.code === 'ENOENT') {
    return failed('REGISTRY_FILE_MISSING', file, 'is not there').finding;
  }
  const why = failure ? `: ${failure.reason}` : '';
  return failed('FILE_UNREADABLE', file, `cannot be read${why}`).finding;
}

function failed(code: Finding['code'], file: string, what: string) {
  const finding = createFinding(code, { file, pointer: '' }, `${file} ${what}`);
  return { ok: false, finding } as const;
}
