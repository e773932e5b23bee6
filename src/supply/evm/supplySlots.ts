import { encodeAbiParameters, type Hex, keccak256, numberToHex, stringToBytes } from 'viem';
import { supplyRequestInvalid } from '../errors.ts';

/**
 * The storage slot that a registry entry names: 32 bytes in hex, or a small integer in decimals.
 *
 * @throws AssayError INTERNAL_ERROR if it is neither
 */
export function parseSupplySlot(text: string): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return `0x${text.slice(2).toLowerCase()}`;
  if (/^(?:0|[1-9]\d{0,4})$/.test(text)) return slotAt(Number(text));
  throw supplyRequestInvalid('names a storage slot that is neither 32 bytes nor a small integer');
}

/**
 * Where tokens keep `totalSupply` as a rule, for nodes that do not tell which slots a call reads: the
 * first slots (2 for OpenZeppelin's ERC20), those behind the 50 that upgradeable contracts before
 * OpenZeppelin 5 leave free, and the one of OpenZeppelin 5's ERC20Upgradeable.
 */
export function commonSupplySlots(): readonly Hex[] {
  const first = Array.from({ length: 21 }, (_, index) => slotAt(index));
  const afterGap = Array.from({ length: 5 }, (_, index) => slotAt(51 + index));
  // ERC20Storage: balances, allowances, then the total supply.
  const namespaced = addToSlot(namespaceSlot('openzeppelin.storage.ERC20'), 2);
  return [...first, ...afterGap, namespaced];
}

/** The slot at which the storage of a namespace begins (ERC-7201). */
export function namespaceSlot(namespace: string): Hex {
  const id = BigInt(keccak256(stringToBytes(namespace))) - 1n;
  const hash = keccak256(encodeAbiParameters([{ type: 'uint256' }], [id]));
  return `${hash.slice(0, -2)}00` as Hex;
}

function addToSlot(slot: Hex, offset: number): Hex {
  return numberToHex(BigInt(slot) + BigInt(offset), { size: 32 });
}

function slotAt(index: number): Hex {
  return numberToHex(index, { size: 32 });
}
