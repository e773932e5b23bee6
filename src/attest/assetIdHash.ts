import { keccak256, stringToBytes } from 'viem/utils';
import type { Digest } from '../core/canonicalJson.ts';

/** `assetId` of a statement: keccak256 of the UTF-8 text `assay:asset:` and the asset's id. */
export function assetIdHash(id: string): Digest {
  return keccak256(stringToBytes(`assay:asset:${id}`));
}
