import { open } from 'node:fs/promises';

/** A key stands near the beginning of its file, whatever follows. */
const readBytes = 1024 * 1024;

/** Of Web3 Secret Storage in any version and case, and of PEM. */
const marks =
  /"crypto"\s*:|"ciphertext"\s*:|"kdf(?:params)?"\s*:|-----BEGIN [A-Z ]*PRIVATE KEY-----/i;

/**
 * Whether a file looks like one that holds a private key, encrypted or not, in UTF-8 or UTF-16. It need
 * not be one that assay can open. One that cannot be read may be one.
 */
export async function isKeystoreFile(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(readBytes) });
    return marks.test(buffer.toString('latin1', 0, bytesRead).replaceAll('\0', ''));
  } catch {
    return true;
  }
}
