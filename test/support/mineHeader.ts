import { parseBlockHeader } from '../../src/bitcoin/blockHeader.ts';
import {
  type BlockHeaderFields,
  serializeBlockHeader,
} from '../../src/bitcoin/serializeBlockHeader.ts';

/** The hash of a header, as explorers show it. */
export function hashHeader(fields: BlockHeaderFields): string {
  return parseBlockHeader(serializeBlockHeader(fields))?.hash ?? '';
}

/** The header with the first nonce from its own on that has the work of regtest: a highest bit of zero. */
export function mineHeader(fields: BlockHeaderFields): {
  readonly nonce: number;
  readonly hash: string;
  readonly header: Buffer;
} {
  for (let { nonce } = fields; ; nonce += 1) {
    const header = serializeBlockHeader({ ...fields, nonce });
    const { hash = '' } = parseBlockHeader(header) ?? {};
    if (/^[0-7]/.test(hash)) return { nonce, hash, header };
  }
}
