import { z } from 'zod';
import { UnixTime } from '../core/unixTime.ts';

/** A whole number of at most so many bits, in decimal digits as JSON strings carry it, exact. */
export function unsignedText(bits: number): z.ZodType<bigint> {
  return z
    .string()
    .regex(/^(?:0|[1-9]\d{0,77})$/, 'is no whole number in decimal digits')
    .transform((text) => BigInt(text))
    .refine((value) => value < 1n << BigInt(bits), `needs more than ${bits} bits`);
}

/** A height: whole, and exact as a number. */
export const HeightText: z.ZodType<number> = unsignedText(53).transform(Number);

const UtcTime = z.iso.datetime();

/** ISO 8601 in UTC with any fraction of a second, cut to the whole second. */
export const TimeText: z.ZodType<UnixTime> = z
  .string()
  .max(40)
  .refine((text) => UtcTime.safeParse(text).success, 'is no time in UTC')
  .transform((text) => Math.floor(Date.parse(`${text.slice(0, 19)}Z`) / 1000))
  .refine((seconds) => seconds >= 0, 'is before 1970')
  .transform((seconds) => UnixTime(seconds));
