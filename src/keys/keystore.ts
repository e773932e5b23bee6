import { z } from 'zod';

const hex = z.string().regex(/^(0x)?([0-9a-fA-F]{2})*$/);
const bytes32 = z.string().regex(/^(0x)?[0-9a-fA-F]{64}$/);

const scrypt = z.object({
  kdf: z.literal('scrypt'),
  kdfparams: z.object({
    n: z.int().min(2),
    r: z.int().min(1),
    p: z.int().min(1),
    dklen: z.literal(32),
    salt: hex.max(514),
  }),
});

const pbkdf2 = z.object({
  kdf: z.literal('pbkdf2'),
  kdfparams: z.object({
    c: z.int().min(1),
    prf: z.literal('hmac-sha256'),
    dklen: z.literal(32),
    salt: hex.max(514),
  }),
});

const cipher = z.object({
  cipher: z.literal('aes-128-ctr'),
  cipherparams: z.object({ iv: z.string().regex(/^(0x)?[0-9a-fA-F]{32}$/) }),
  ciphertext: bytes32,
  mac: bytes32,
});

/**
 * An encrypted private key: a Web3 Secret Storage file, version 3, with scrypt or pbkdf2. Keys that
 * other tools add are left out.
 */
export const Keystore = z.object({
  version: z.literal(3),
  id: z.string().max(100).optional(),
  address: z
    .string()
    .regex(/^(0x)?[0-9a-fA-F]{40}$/)
    .optional(),
  crypto: z.discriminatedUnion('kdf', [scrypt.extend(cipher.shape), pbkdf2.extend(cipher.shape)]),
});

export type Keystore = z.infer<typeof Keystore>;
