import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createFinding, type Finding } from './finding.ts';
import { findJsonFault } from './findJsonFault.ts';

/** A registry file may have no more bytes: enough for 200,000 addresses. */
export const maxFileBytes = 64 * 1024 * 1024;

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
  const text = decodeUtf8(bytes);
  if (text === null) return failed('REGISTRY_JSON_INVALID', file, 'is not UTF-8');
  const fault = findJsonFault(text);
  if (fault === null) return { ok: true, value: JSON.parse(text) };
  const message = `line ${fault.line}, column ${fault.column}: ${fault.message}`;
  const place = { file, pointer: fault.pointer };
  return { ok: false, finding: createFinding('REGISTRY_JSON_INVALID', place, message) };
}

async function readBytes(directory: string, file: string): Promise<Uint8Array | Finding> {
  // Neither follow a link nor wait for the writer of a named pipe. Windows knows neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let handle: FileHandle | undefined;
  try {
    handle = await open(join(directory, file), flags);
    const { size } = await handle.stat();
    if (size > maxFileBytes) {
      const message = `has ${size} bytes; at most ${maxFileBytes} are read`;
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
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
  if (code === 'ENOENT') return failed('REGISTRY_FILE_MISSING', file, 'is not there').finding;
  return failed('FILE_UNREADABLE', file, `cannot be read (${code})`).finding;
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function failed(code: Finding['code'], file: string, what: string) {
  const finding = createFinding(code, { file, pointer: '' }, `${file} ${what}`);
  return { ok: false, finding } as const;
}
