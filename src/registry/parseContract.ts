import { AssayError } from '../core/assayError.ts';
import type { Branded } from '../core/branded.ts';
import { ChainId } from '../core/caip.ts';
import { checkCosmosAccount } from './checkCosmosAccount.ts';
import {
  checkEvmAddress,
  checkMoveObject,
  checkSolanaMint,
  checkStarknetAddress,
  checkTronAddress,
  type ReferenceCheck,
} from './checkReference.ts';
import { checkStacksContract } from './checkStacksContract.ts';
import { quoteText } from './printableText.ts';

/** A contract or account as CAIP-10 names it: `eip155:1:0x5e48…8E7B`. */
export type ContractId = Branded<string, 'ContractId'>;

export interface ContractIdParts {
  readonly chain: ChainId;
  readonly address: string;
}

const pattern = /^([-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}):([-.%a-zA-Z0-9]{1,128})$/;

/** By CAIP-2 namespace; other chains are held to CAIP-10 only. */
const checks: Readonly<Record<string, ReferenceCheck>> = {
  eip155: checkEvmAddress,
  solana: checkSolanaAccount,
  tron: checkTronAddress,
  sui: checkMoveObject,
  aptos: checkMoveObject,
  cosmos: checkCosmosAccount,
  starknet: checkStarknetAddress,
  stacks: checkStacksContract,
};

/**
 * A contract identifier in the one writing that the registry takes for its chain, so that equal
 * contracts are equal texts.
 *
 * @throws AssayError REGISTRY_CONTRACT_INVALID
 */
export function parseContract(text: string): ContractId {
  const match = pattern.exec(text);
  if (!match?.[1] || !match[2]) throw invalid(text, 'is not a CAIP-10 identifier chain:address');
  const [namespace = '', chainReference = ''] = match[1].split(':');
  if (namespace === 'eip155' && !/^[1-9]\d*$/.test(chainReference)) {
    throw invalid(text, 'has a chain id that is not a decimal number without leading zeros');
  }
  const fault = Object.hasOwn(checks, namespace) ? checks[namespace]?.(match[2]) : null;
  if (fault) throw invalid(text, fault);
  return text as ContractId;
}

/** Chain and address of a contract. */
export function contractIdParts(contract: ContractId): ContractIdParts {
  const split = contract.lastIndexOf(':');
  return { chain: ChainId(contract.slice(0, split)), address: contract.slice(split + 1) };
}

/** A mint, a token account, a wallet or an address of a program's own: all are 32 bytes. */
function checkSolanaAccount(reference: string): string | null {
  return checkSolanaMint(reference) && 'has no Solana account of 32 bytes in base58';
}

function invalid(text: string, what: string): AssayError {
  return new AssayError('REGISTRY_CONTRACT_INVALID', { message: `${quoteText(text)} ${what}` });
}
