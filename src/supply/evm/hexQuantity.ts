import { z } from 'zod';

/**
 * An integer as JSON-RPC of Ethereum writes it, `0x1b4`, and no other way to write it: `0x` and lower-case
 * digits without leading zeros (https://github.com/ethereum/execution-apis, `uint`). Parsed to a bigint.
 */
export const HexQuantity = z
  .string()
  .regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/)
  .transform(BigInt);
