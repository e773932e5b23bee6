import { z } from 'zod';

/** Bytes as JSON-RPC of Ethereum writes them: `0x` and two digits per byte; parsed to lower case. */
export const HexData = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2})*$/i)
  .transform((text): `0x${string}` => `0x${text.slice(2).toLowerCase()}`);
