import { type Address, decodeAbiParameters, getAddress } from 'viem';
import { HexData } from '../supply/evm/hexData.ts';
import { abiText } from './abiText.ts';
import type { ChainReader } from './chainReader.ts';
import { decodeOrRefuse } from './decodeCall.ts';
import type { ContractLog } from './readLogs.ts';

/** An event about an account that names texts. */
export interface AccountEvent {
  /** With its EIP-55 checksum. */
  readonly account: Address;
  readonly texts: readonly string[];
}

/**
 * Decodes an event whose indexed parameters are accounts, the first of them the one that it is about,
 * and whose data are strings.
 *
 * @throws AssayError DISCOVERY_CONTRACT_MISMATCH
 */
export function decodeEvent(
  reader: ChainReader,
  log: ContractLog,
  shape: { readonly accounts: number; readonly texts: number },
): AccountEvent {
  return decodeOrRefuse(reader, () => {
    const [account] = log.topics.slice(1).map(readAccount);
    if (account === undefined || log.topics.length !== shape.accounts + 1) {
      throw new Error('other indexed parameters');
    }
    const parameters = Array.from({ length: shape.texts }, () => ({ type: 'bytes' as const }));
    return {
      account,
      texts: decodeAbiParameters(parameters, log.data).map((text) => abiText(HexData.parse(text))),
    };
  });
}

function readAccount(topic: `0x${string}`): Address {
  if (!/^0x0{24}/.test(topic)) throw new Error('no account');
  return getAddress(`0x${topic.slice(26)}`);
}
