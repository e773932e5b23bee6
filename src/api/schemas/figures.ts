import { z } from 'zod';

export const sats = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/)
  .describe('Satoshis, as a decimal integer.');

export const amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,77})$/)
  .describe('An integer in units of 10^-decimals.');

export const signedAmount = z
  .string()
  .regex(/^(0|-?[1-9]\d{0,77})$/)
  .describe('An integer in units of 10^-decimals; negative for a shortfall.');

export const btc = z
  .string()
  .regex(/^-?\d{1,78}\.\d{8}(\d{10})?$/)
  .describe('The same amount in bitcoin, exact, with all its decimal places.');

export const ratio = z
  .string()
  .regex(/^\d{1,78}\.\d{8}$/)
  .describe('Reserves divided by supply, 8 places, truncated: never rounded up to 1.');

export const unixTime = z
  .int()
  .min(0)
  .max(253_402_300_799)
  .describe('Seconds since 1970-01-01T00:00:00Z.');

export const isoTime = z.iso.datetime().describe('The same time as ISO 8601, in UTC.');

export const chainId = z
  .string()
  .regex(/^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/)
  .describe('A chain as CAIP-2 names it, such as eip155:1.');

export const tokenId = z
  .string()
  .max(171)
  .describe('A token as CAIP-19 names it, such as eip155:1/erc20:0x2260….');

export const digest = z.string().regex(/^0x[0-9a-f]{64}$/);

export const signerAddress = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .describe('Address of the signing key, EIP-55.');

/** A block: the moment that a figure holds for. */
export const ChainPoint = z
  .strictObject({
    chain: chainId,
    height: z.int().min(0),
    hash: z
      .string()
      .regex(/^(?:(?:0x)?[0-9a-f]{64}|[1-9A-HJ-NP-Za-km-z]{32,44})$/)
      .describe("In hex, or in base58 where the chain's own tools write it so (Solana, Sui)."),
    time: unixTime,
  })
  .describe('A block: the moment that a figure holds for.');

export const Moment = z
  .strictObject({
    time: unixTime,
    doubtSeconds: z
      .int()
      .min(0)
      .describe('How far it may lie off: 0 where all eleven blocks were there. Counts as skew.'),
    fromHeight: z.int().min(0),
    toHeight: z.int().min(0),
  })
  .describe(
    'When the Bitcoin block was mined: the median of the times of the blocks from five below to five ' +
      'above it, which no single miner moves. Skews and ages count from it.',
  );
