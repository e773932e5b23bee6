import { z } from 'zod';
import { Report } from './report.ts';

const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const integer = z.string().regex(/^(0|[1-9]\d{0,77})$/);

/** The signed message; integers as decimal strings. Field order and types are in `statementTypes`. */
export const StatementMessage = z.strictObject({
  assetId: bytes32,
  verdict: integer,
  reserves: integer,
  supply: integer,
  bitcoinHeight: integer,
  bitcoinHash: bytes32,
  supplyPointsHash: bytes32,
  registryDigest: bytes32,
  reportDigest: bytes32,
  observedAt: integer,
  validUntil: integer,
  sequence: integer,
  previous: bytes32,
});

export type StatementMessage = z.infer<typeof StatementMessage>;

const typeMembers = z.array(z.strictObject({ name: z.string().max(60), type: z.string().max(60) }));

/**
 * The signed statement as EIP-712 typed data, complete, so that any tool that knows
 * `eth_signTypedData_v4` can check it without assay.
 */
export const Statement = z.strictObject({
  domain: z.strictObject({ name: z.string().max(100), version: z.string().max(20) }),
  types: z.record(z.string().max(60), typeMembers.max(50)),
  primaryType: z.string().max(60),
  message: StatementMessage,
});

export type Statement = z.infer<typeof Statement>;

/** An attestation: the statement, its signature, and the report whose digest it carries. */
export const Attestation = z.strictObject({
  schema: z.literal('assay.attestation/1'),
  statement: Statement,
  /** 65 bytes r, s, v; low s. */
  signature: z.string().regex(/^0x[0-9a-f]{130}$/),
  signer: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  report: Report,
});

export type Attestation = z.infer<typeof Attestation>;
