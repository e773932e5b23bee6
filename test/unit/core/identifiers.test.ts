import { describe, expect, it } from 'vitest';
import { bitcoinNetworks, findBitcoinNetwork } from '../../../src/core/bitcoinNetwork.ts';
import {
  ChainId,
  chainNamespace,
  chainReference,
  TokenId,
  tokenIdParts,
} from '../../../src/core/caip.ts';
import { redactUrl } from '../../../src/core/redactUrl.ts';
import { formatTime, UnixTime } from '../../../src/core/unixTime.ts';
import { expectCode } from '../../support/expectCode.ts';

describe('ChainId', () => {
  it('takes CAIP-2 and gives its parts', () => {
    const chain = ChainId('eip155:8453');
    expect([chainNamespace(chain), chainReference(chain)]).toEqual(['eip155', '8453']);
  });

  it.each(['', 'eip155', 'eip155:', 'EIP155:1', 'eip155:1:2', 'ei:1', `eip155:${'1'.repeat(33)}`])(
    'refuses %j',
    async (text) => {
      await expectCode(() => ChainId(text), 'CHAIN_ID_INVALID');
    },
  );
});

describe('TokenId', () => {
  it('takes CAIP-19 and gives its parts', () => {
    expect(tokenIdParts(TokenId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:abc'))).toEqual({
      chain: 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
      standard: 'token',
      reference: 'abc',
    });
  });

  it.each(['eip155:1', 'eip155:1/erc20', 'eip155:1/erc20:', 'eip155:1/erc20:a/b', '../erc20:0x'])(
    'refuses %j',
    async (text) => {
      await expectCode(() => TokenId(text), 'TOKEN_ID_INVALID');
    },
  );
});

describe('bitcoin networks', () => {
  it('are known by their genesis block, and no other is taken for mainnet', () => {
    expect(bitcoinNetworks.map(({ name, chain }) => `${name} ${chain}`)).toEqual([
      'mainnet bip122:000000000019d6689c085ae165831e93',
      'testnet4 bip122:00000000da84f2bafbbc53dee25a72ae',
      'signet bip122:00000008819873e925422c1ff0f99f7c',
      'regtest bip122:0f9188f13cb7b2c71f2a335e3a4fc328',
    ]);
    expect(findBitcoinNetwork(ChainId('bip122:000000000933ea01ad0ee984209779ba'))).toBeUndefined();
  });
});

describe('redactUrl', () => {
  it.each([
    ['core+http://user:p%40ss@127.0.0.1:8332', 'core+http://127.0.0.1:8332'],
    ['https://host/api?key=secret#operator=x', 'https://host/api'],
    ['http://a:b@c@host/', 'http://host'],
    ['nonsense', '(not a URL)'],
  ])('leaves no secret of %s', (text, shown) => {
    expect(redactUrl(text)).toBe(shown);
  });
});

describe('UnixTime', () => {
  it('is whole seconds, written in UTC', async () => {
    expect(formatTime(UnixTime(0))).toBe('1970-01-01T00:00:00Z');
    await expectCode(() => UnixTime(1.5), 'AMOUNT_OUT_OF_RANGE');
    await expectCode(() => UnixTime(-1), 'AMOUNT_OUT_OF_RANGE');
    await expectCode(() => UnixTime(253_402_300_800), 'AMOUNT_OUT_OF_RANGE');
  });
});
