import { z } from 'zod';

/** An integer as JSON-RPC of Ethereum writes it, `0x1b4`; parsed to a bigint. Never a JSON number. */
export const HexQuantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt);
