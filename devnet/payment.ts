import { z } from 'zod';
import { type ScriptOutput, serializeTransaction } from './serializeTransaction.ts';
import type { Bitcoind } from './startBitcoind.ts';

/** Satoshis to an address. */
export type Payment = { readonly address: string; readonly sats: bigint };

const Validated = z.object({ isvalid: z.literal(true), scriptPubKey: z.string() });

/** Turns payments into outputs; the node decodes the addresses. @throws ZodError for a bad one */
export async function resolvePayments(
  bitcoind: Bitcoind,
  payments: readonly Payment[],
): Promise<ScriptOutput[]> {
  const addresses = [...new Set(payments.map(({ address }) => address))];
  const answers = await bitcoind.batch(
    addresses.map((address) => ({ method: 'validateaddress', params: [address] })),
  );
  const scripts = new Map(
    addresses.map((address, index) => [address, Validated.parse(answers[index]).scriptPubKey]),
  );
  return payments.map(({ address, sats }) => ({ script: scripts.get(address) ?? '', sats }));
}

/** The transaction that makes these outputs and has no inputs yet. */
export function serializeOutputs(outputs: readonly ScriptOutput[]): string {
  return serializeTransaction([], outputs);
}

/** Splits an amount into `parts` that differ by at most one satoshi and add up to it exactly. */
export function splitSats(sats: bigint, parts: number): bigint[] {
  const share = sats / BigInt(parts);
  const left = Number(sats % BigInt(parts));
  return Array.from({ length: parts }, (_, index) => (index < left ? share + 1n : share));
}

const Signed = z.object({ hex: z.string(), complete: z.boolean(), errors: z.unknown().optional() });

/** Has a wallet sign every input. @throws Error when it lacks a key */
export async function signTransaction(
  bitcoind: Bitcoind,
  wallet: string,
  hex: string,
): Promise<string> {
  const signed = Signed.parse(
    await bitcoind.rpc('signrawtransactionwithwallet', [hex], { wallet }),
  );
  if (!signed.complete) {
    throw new Error(`wallet ${wallet} could not sign: ${JSON.stringify(signed.errors)}`);
  }
  return signed.hex;
}

/** Hands a signed transaction to the node; answers its id. It waits in the mempool to be mined. */
export async function broadcastTransaction(bitcoind: Bitcoind, hex: string): Promise<string> {
  return z.string().parse(await bitcoind.rpc('sendrawtransaction', [hex, 0]));
}
