import { pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { loadInTurn } from '../core/loadInTurn.ts';
import { malformedKeystore } from './errors.ts';
import type { Keystore } from './keystore.ts';

const scryptAsync = promisify<Buffer, Buffer, number, object, Buffer>(scrypt);
const pbkdf2Async = promisify(pbkdf2);

/** scrypt takes 128·n·r bytes; a file must not make the program take more. */
const maxScryptMemory = 512 * 1024 * 1024;
/** 128·n·r·p: four times the work of the usual n = 262144, r = 8, p = 1. */
const maxScryptWork = 1024 * 1024 * 1024;
const maxPbkdf2Rounds = 10_000_000;

type Kdf = Pick<Extract<Keystore['crypto'], { kdf: 'scrypt' }>, 'kdf' | 'kdfparams'>;
type OldKdf = Pick<Extract<Keystore['crypto'], { kdf: 'pbkdf2' }>, 'kdf' | 'kdfparams'>;

/**
 * The 32 bytes that a passphrase (as UTF-8, not normalised) becomes: 16 to decrypt, 16 for the MAC.
 * Runs beside the event loop.
 *
 * @throws AssayError KEYSTORE_MALFORMED for parameters that would exhaust memory or time: they come
 * from the file
 */
export async function deriveKey(passphrase: string, crypto: Kdf | OldKdf): Promise<Buffer> {
  const secret = Buffer.from(passphrase, 'utf8');
  try {
    if (crypto.kdf === 'scrypt') return await runScrypt(secret, crypto.kdfparams);
    const { c, dklen, salt } = crypto.kdfparams;
    if (c > maxPbkdf2Rounds) throw malformedKeystore(`asks for ${c} rounds of pbkdf2`);
    return await pbkdf2Async(secret, bytesOf(salt), c, dklen, 'sha256');
  } finally {
    secret.fill(0);
  }
}

/** Bytes of hex digits with or without `0x`. */
export function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.startsWith('0x') ? hex.slice(2) : hex, 'hex');
}

function runScrypt(secret: Buffer, params: Kdf['kdfparams']): Promise<Buffer> {
  const { n, r, p, dklen, salt } = params;
  const memory = 128 * n * r;
  if (memory > maxScryptMemory || memory * p > maxScryptWork) {
    throw malformedKeystore(`asks for too much of scrypt (n ${n}, r ${r}, p ${p})`);
  }
  if (!Number.isInteger(Math.log2(n))) throw malformedKeystore(`has an n of ${n}, no power of 2`);
  if (n >= 2 ** (16 * r)) return runWideScrypt(secret, params);
  // What OpenSSL counts: 128·r·(n + 2) and 128·r·p.
  const maxmem = memory + 128 * r * (p + 2);
  return scryptAsync(secret, bytesOf(salt), dklen, { N: n, r, p, maxmem });
}

/**
 * RFC 7914 wants n below 2^(16·r), and OpenSSL holds to it. Key files with n = 262144 and r = 1 are
 * common all the same, the published test vector among them.
 */
async function runWideScrypt(secret: Buffer, params: Kdf['kdfparams']): Promise<Buffer> {
  const { n, r, p, dklen, salt } = params;
  const noble = await loadInTurn(() => import('@noble/hashes/scrypt.js'));
  const options = { N: n, r, p, dkLen: dklen };
  return Buffer.from(await noble.scryptAsync(secret, bytesOf(salt), options));
}
