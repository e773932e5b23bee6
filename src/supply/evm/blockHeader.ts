import { z } from 'zod';
import type { SourceRef } from '../../core/source.ts';
import { sourceResponseInvalid } from '../../core/sourceErrors.ts';
import { UnixTime } from '../../core/unixTime.ts';
import { HexQuantity } from './hexQuantity.ts';

/** What assay takes from a block of `eth_getBlockByNumber`. */
export interface BlockHeader {
  readonly height: number;
  /** `0x` and 64 lower-case digits. */
  readonly hash: string;
  readonly time: UnixTime;
}

const RawBlock = z.object({
  number: HexQuantity,
  hash: z.string().regex(/^0x[0-9a-f]{64}$/i),
  timestamp: HexQuantity,
});

/** No chain that keeps whole seconds has more blocks, or later ones, than this. */
const latestTime = 253_402_300_799n;

/**
 * The header in a raw answer of `eth_getBlockByNumber`; null where the server has no such block.
 *
 * @param height the height that was asked for; undefined where it was a tag
 * @throws AssayError SOURCE_RESPONSE_INVALID if it is no header, or the header of another block
 */
export function parseBlockHeader(
  raw: unknown,
  height: number | undefined,
  source: SourceRef,
): BlockHeader | null {
  if (raw === null) return null;
  const parsed = RawBlock.safeParse(raw);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') || 'value';
    throw sourceResponseInvalid(source, `answered with a block that has no valid ${field}`);
  }
  const { number, hash, timestamp } = parsed.data;
  if (number > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw sourceResponseInvalid(source, 'answered with a block of an impossible height');
  }
  if (timestamp > latestTime) {
    throw sourceResponseInvalid(source, `gives block ${number} an impossible time`);
  }
  if (height !== undefined && number !== BigInt(height)) {
    throw sourceResponseInvalid(source, `was asked for block ${height} and gave block ${number}`);
  }
  return {
    height: Number(number),
    hash: hash.toLowerCase(),
    time: UnixTime(Number(timestamp)),
  };
}
