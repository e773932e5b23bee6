import { decodeAbiParameters, encodeFunctionData, parseAbi, parseAbiParameters } from 'viem';
import { abiText } from './abiText.ts';
import type { ChainReader } from './chainReader.ts';
import type { RawEntry } from './collectAddresses.ts';
import { readContractPages } from './readContractPages.ts';

const abi = parseAbi([
  'function getPoRAddressListLength() view returns (uint256)',
  'function getPoRAddressList(uint256 startIndex, uint256 endIndex) view returns (string[])',
]);

/** Encoded as `string[]` is; as bytes, since viem would take a byte order mark away. */
const result = parseAbiParameters('bytes[]');

/**
 * The entries of a Chainlink `IPoRAddressList`, whose end index is inclusive.
 *
 * @throws AssayError SOURCE_*, SUPPLY_STATE_UNAVAILABLE, DISCOVERY_*
 */
export async function readPorAddressList(reader: ChainReader): Promise<readonly RawEntry[]> {
  const texts = await readContractPages(reader, {
    length: encodeFunctionData({ abi, functionName: 'getPoRAddressListLength' }),
    page: (from, to) =>
      encodeFunctionData({
        abi,
        functionName: 'getPoRAddressList',
        args: [BigInt(from), BigInt(to)],
      }),
    decode: (data) => decodeAbiParameters(result, data)[0].map(abiText),
  });
  return texts.map((text) => ({
    text,
    role: 'custody',
    purpose: 'custodial',
    current: true,
    claimedSats: null,
  }));
}
