import { readSmallFile } from './readSmallFile.ts';

/** No key file is longer. */
const maxBytes = 64 * 1024;

/**
 * Whether a file looks like one that holds an encrypted key (Web3 Secret Storage: an object with a
 * member `crypto`, in any case, as old tools write it). It need not be one that assay can open.
 */
export async function isKeystoreFile(path: string): Promise<boolean> {
  const text = await readSmallFile(path, maxBytes).catch(() => undefined);
  return text !== undefined && /"crypto"\s*:/i.test(text);
}
