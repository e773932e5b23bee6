import { utf8ToBytes } from '@noble/hashes/utils.js';
import { ControlError } from './errors.ts';

/**
 * A message in UTF-8, as every form signs it. A text with half a surrogate pair has no such form: it
 * would be signed as another text.
 *
 * @throws ControlError CONTROL_ENCODING_INVALID
 */
export function encodeMessage(message: string): Uint8Array {
  if (message.isWellFormed()) return utf8ToBytes(message);
  throw new ControlError('CONTROL_ENCODING_INVALID', 'the message has half a surrogate pair');
}
