import { AssayError } from '../core/assayError.ts';
import { TokenId, tokenIdParts } from '../core/caip.ts';
import {
  checkChain,
  checkCoinType,
  checkCosmosDenom,
  checkEvmAddress,
  checkMoveObject,
  checkMoveType,
  checkSolanaMint,
  checkStarknetAddress,
  checkTronAddress,
  type ReferenceCheck,
} from './checkReference.ts';
import { checkStacksContract } from './checkStacksContract.ts';
import { quoteText } from './printableText.ts';
import { encodeTokenReference } from './tokenReference.ts';

/**
 * The forms that assay knows, by CAIP-2 namespace and CAIP-19 standard. CAIP has no profile for the
 * tokens of Sui, Aptos, Cosmos and Stacks: those forms are our own and described in addresses/README.md.
 */
const forms: Readonly<Record<string, Readonly<Record<string, ReferenceCheck>>>> = {
  eip155: { erc20: checkEvmAddress, slip44: checkCoinType },
  solana: { token: checkSolanaMint },
  tron: { trc20: checkTronAddress },
  sui: { coin: checkMoveType },
  aptos: { coin: checkMoveType, fungible: checkMoveObject },
  cosmos: { denom: checkCosmosDenom },
  starknet: { erc20: checkStarknetAddress },
  stacks: { sip10: checkStacksContract },
};

/**
 * A token identifier in the one writing that the registry takes for its chain, so that equal tokens
 * are equal texts. Chains that assay knows no form for are held to CAIP-19 only.
 *
 * @throws AssayError REGISTRY_TOKEN_INVALID
 */
export function parseToken(text: string): TokenId {
  const token = toTokenId(text);
  const { chain, standard, reference } = tokenIdParts(token);
  const [namespace = '', chainReference = ''] = chain.split(':');
  const chainFault = checkChain(namespace, chainReference);
  if (chainFault !== null) throw invalid(text, chainFault);
  const standards = forms[namespace];
  if (!standards) return token;
  const check = standards[standard];
  if (!check) {
    const known = Object.keys(standards).join(' or ');
    throw invalid(text, `has the standard "${standard}"; on ${namespace} it must be ${known}`);
  }
  const fault = check(reference);
  if (fault !== null) throw invalid(text, fault);
  return token;
}

function toTokenId(text: string): TokenId {
  try {
    return TokenId(text);
  } catch (cause) {
    const what = 'is not a CAIP-19 token identifier';
    throw invalid(text, `${what}${describeRaw(text)}`, cause);
  }
}

/** How to write a denomination or a coin type that is there as its chain writes it. */
function describeRaw(text: string): string {
  const [, before, name] = /^([^/]+\/(?:coin|denom):)([!-~]{1,128})$/.exec(text) ?? [];
  if (before === undefined || name === undefined || name.includes('%')) return '';
  return `; its reference must be percent-encoded: ${before}${encodeTokenReference(name)}`;
}

function invalid(text: string, what: string, cause?: unknown): AssayError {
  return new AssayError('REGISTRY_TOKEN_INVALID', {
    message: `${quoteText(text)} ${what}`,
    cause,
  });
}
