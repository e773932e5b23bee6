import { ControlError } from './errors.ts';

/**
 * A witness stack from its consensus encoding: a vector of byte vectors, every length in its
 * shortest form, nothing behind it.
 *
 * @throws ControlError CONTROL_ENCODING_INVALID
 */
export function decodeWitness(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length === 0) throw invalid('is empty');
  let at = 0;

  const readLength = (): number => {
    const first = bytes[at];
    if (first === undefined || first === 0xff) throw invalid('is cut off');
    at += 1;
    if (first < 0xfd) return first;
    const width = first === 0xfd ? 2 : 4;
    if (at + width > bytes.length) throw invalid('is cut off');
    let length = 0;
    for (let place = width - 1; place >= 0; place -= 1) {
      length = length * 256 + (bytes[at + place] ?? 0);
    }
    at += width;
    if (length < (width === 2 ? 0xfd : 0x1_0000)) throw invalid('has a length in a long form');
    return length;
  };

  const count = readLength();
  // An attacker controls the count: each item takes a byte at least.
  if (count > bytes.length - at) throw invalid('is cut off');
  const items: Uint8Array[] = [];
  for (let index = 0; index < count; index += 1) {
    const length = readLength();
    if (length > bytes.length - at) throw invalid('is cut off');
    items.push(bytes.slice(at, at + length));
    at += length;
  }
  if (at !== bytes.length) throw invalid('has bytes behind its end');
  return items;
}

function invalid(what: string): ControlError {
  return new ControlError('CONTROL_ENCODING_INVALID', `the witness stack ${what}`);
}
