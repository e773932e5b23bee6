import { concatHex, type Hex, numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { ChainId } from '../../../../src/core/caip.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import type { RpcAnswer } from '../../../../src/supply/evm/matchAnswers.ts';
import { readFeedClaims } from '../../../../src/supply/evm/readFeedClaims.ts';
import { rejectionCode } from '../../../support/rejection.ts';

const source = { id: 'https://eth.example', operator: 'eth.example', kind: 'evm' };
const contract = 'eip155:1:0xa81FE04086865e63E12dD3776978E49DEEa2ea4e';
const point = {
  chain: ChainId('eip155:1'),
  height: 100,
  hash: `0x${'ab'.repeat(32)}`,
  time: UnixTime(1_700_000_000),
};
const words = (...values: readonly bigint[]): Hex =>
  concatHex(values.map((value) => numberToHex(value, { size: 32 })));
const round = words(5n, 100n, 1_699_999_000n, 1_699_999_000n, 5n);

function read(
  decimals: RpcAnswer,
  latestRoundData: RpcAnswer,
  feeds = [{ contract, decimals: 8 }],
) {
  return readFeedClaims(feeds, point, source, async (calls) => {
    expect(calls.map(({ method }) => method)).toEqual(['eth_call', 'eth_call']);
    return [decimals, latestRoundData];
  });
}

describe('the claim of a feed', () => {
  it('is read by two calls of its contract', async () => {
    const seen: unknown[] = [];
    await readFeedClaims([{ contract, decimals: 8 }], point, source, async (calls) => {
      seen.push(...calls);
      return [{ result: words(8n) }, { result: round }];
    });
    const to = '0xa81FE04086865e63E12dD3776978E49DEEa2ea4e';
    expect(seen).toEqual([
      { method: 'eth_call', to, data: '0x313ce567' },
      { method: 'eth_call', to, data: '0xfeaf968c' },
    ]);
  });

  it('is refused in every form that no feed answers with', async () => {
    const forms: readonly (readonly [RpcAnswer, RpcAnswer, string])[] = [
      [{ result: '0x' }, { result: round }, 'absent'],
      [{ result: words(8n) }, { result: '0x' }, 'absent'],
      [{ result: words(8n, 8n) }, { result: round }, 'malformed'],
      [{ result: words(8n) }, { result: round.slice(0, -2) }, 'malformed'],
      [{ result: words(8n) }, { result: `${round}00` }, 'malformed'],
      [{ result: words(8n) }, { result: words(2n ** 80n, 1n, 1n, 1n, 2n ** 80n) }, 'malformed'],
      [{ result: words(8n) }, { result: words(1n, 1n, 1n, 1n, 2n ** 80n) }, 'malformed'],
      [{ result: words(2n ** 255n) }, { result: round }, 'decimals'],
      [{ result: words(8n) }, { result: words(1n, 2n ** 255n, 1n, 1n, 1n) }, 'not-positive'],
      [{ result: words(8n) }, { result: words(1n, 1n, 1n, 2n ** 255n, 1n) }, 'future'],
      [
        { fault: { code: 3, message: 'execution reverted: SECRET' } },
        { result: round },
        'reverted',
      ],
    ];
    for (const [decimals, answer, reason] of forms) {
      const [claim] = await read(decimals, answer);
      expect(claim).toMatchObject({ valid: false, reason });
      expect(JSON.stringify(claim)).not.toContain('SECRET');
    }
  });

  it('is not there if the server fails, or answers what is no data', async () => {
    const fine = { result: words(8n) };
    const unavailable = { fault: { code: -32_000, message: 'header not found' } };
    const other = { fault: { code: -32_603, message: 'internal' } };
    expect(await rejectionCode(() => read(fine, unavailable))).toBe('SUPPLY_STATE_UNAVAILABLE');
    expect(await rejectionCode(() => read(other, fine))).toBe('SOURCE_RPC_ERROR');
    for (const result of [null, 8, '0x8', '8', [round]]) {
      expect(await rejectionCode(() => read(fine, { result }))).toBe('SOURCE_RESPONSE_INVALID');
    }
  });

  it('is not asked for on another chain', async () => {
    for (const other of [contract.replace('eip155:1:', 'eip155:10:'), 'eip155:1:abc']) {
      const run = () =>
        read({ result: '0x' }, { result: '0x' }, [{ contract: other, decimals: 8 }]);
      expect(await rejectionCode(run)).toBe('INTERNAL_ERROR');
    }
    expect(await readFeedClaims([], point, source, async () => [])).toEqual([]);
  });
});
