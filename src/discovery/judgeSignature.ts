import { isCompact } from '../control/verifyCompact.ts';
import { verifyMessage } from '../control/verifyMessage.ts';
import type { BitcoinNetwork } from '../core/bitcoinNetwork.ts';
import type { PublishedSignature } from './discovery.ts';

/** What a contract stores beside an address. */
export interface StoredProof {
  /** An address of the network. */
  readonly address: string;
  /** A message, or data from which the address was derived. */
  readonly message: `0x${string}`;
  readonly signature: `0x${string}`;
}

/** Of the signature and of the message; a BIP-322 signature of a large multisig fits. */
const maxBytes = 4096;

const atMostPublished =
  'signed message of the custodian, not a challenge of ours: proves at most published';

/**
 * Judges a signature that a contract stores. How real entries are written is documented nowhere, so
 * that only what verifies as BIP-322 or BIP-137 says anything: `invalid` is a signature that has the
 * form of one of them and does not verify, all else is `inconclusive`.
 */
export function judgeSignature(proof: StoredProof, network: BitcoinNetwork): PublishedSignature {
  const signature = bytesOf(proof.signature);
  const messageBytes = bytesOf(proof.message);
  if (signature.length === 0) {
    return inconclusive('derived from a root key by a scheme that assay does not know');
  }
  if (signature.length > maxBytes || messageBytes.length > maxBytes) {
    return inconclusive(`a message or signature of more than ${maxBytes} bytes is not judged`);
  }
  const message = decodeUtf8(messageBytes);
  if (message === undefined) return inconclusive('what was signed is no text');
  const { text, isKnownForm } = writeSignature(signature);
  const { address } = proof;
  const verified = verifyMessage({ address, network, message, signature: text });
  if (verified.result === 'valid') return { result: 'valid', reason: atMostPublished };
  if (!isKnownForm) return inconclusive('the signature has no form that assay knows');
  return { result: verified.result, reason: verified.reason };
}

function inconclusive(reason: string): PublishedSignature {
  return { result: 'inconclusive', reason };
}

/** As `verifyMessage` takes it: stored as its text, or as the bytes that the text stands for. */
function writeSignature(bytes: Buffer): { readonly text: string; readonly isKnownForm: boolean } {
  const ascii = bytes.toString('latin1');
  if (/^(?:smp|ful|pof)[A-Za-z0-9+/]+={0,2}$/.test(ascii))
    return { text: ascii, isKnownForm: true };
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(ascii) && ascii.length % 4 === 0) {
    return { text: ascii, isKnownForm: true };
  }
  return { text: bytes.toString('base64'), isKnownForm: isCompact(bytes) };
}

function bytesOf(hex: `0x${string}`): Buffer {
  return Buffer.from(hex.slice(2), 'hex');
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
