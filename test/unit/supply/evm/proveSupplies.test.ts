import { readFileSync } from 'node:fs';
import { keccak256, numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ChainId, TokenId } from '../../../../src/core/caip.ts';
import { UnixTime } from '../../../../src/core/unixTime.ts';
import type { RpcCall } from '../../../../src/supply/evm/guardReads.ts';
import type { RpcAnswer } from '../../../../src/supply/evm/matchAnswers.ts';
import { proveSupplies } from '../../../../src/supply/evm/proveSupplies.ts';
import { rejectionCode } from '../../../support/rejection.ts';

const { block, accounts } = z
  .object({
    block: z.record(z.string(), z.string()),
    accounts: z.array(z.object({ address: z.string(), accountProof: z.array(z.string()) }).loose()),
  })
  .parse(
    JSON.parse(
      readFileSync(
        new URL('../../../vectors/ethereum/account-proofs.json', import.meta.url),
        'utf8',
      ),
    ),
  );
const contract = accounts[1];
const source = { id: 'https://eth.example', operator: 'eth.example', kind: 'evm' };
const point = {
  chain: ChainId('eip155:1'),
  height: 17_463_226,
  hash: block.hash ?? '',
  time: UnixTime(Number(block.timestamp)),
};
const token = TokenId(`eip155:1/erc20:${contract?.address}`);
const supply = { token, amount: 5n, decimals: 8, slot: '1' };

/** Asks a node which says that slot 1 has 5, and otherwise what it is told to say. */
async function prove(says: Readonly<Record<string, RpcAnswer>>, tokens = [supply]) {
  const asked: RpcCall[] = [];
  const answers: Readonly<Record<string, RpcAnswer>> = {
    eth_getBlockByHash: { result: block },
    eth_getStorageAt: { result: numberToHex(5, { size: 32 }) },
    ...says,
  };
  const evidence = await proveSupplies({ point, tokens }, source, async (calls) => {
    asked.push(...calls);
    return calls.map(
      ({ method }): RpcAnswer => answers[method] ?? { fault: { code: -32_601, message: 'none' } },
    );
  });
  return { evidence, asked };
}

describe('evidence from a node that lies', () => {
  it('has no proof that does not verify, asked for by hash and by height', async () => {
    const { accountProof } = contract ?? {};
    const lies: readonly unknown[] = [
      { accountProof, storageHash: `0x${'11'.repeat(32)}`, storageProof: [{ proof: [] }] },
      { accountProof: [], storageHash: `0x${'11'.repeat(32)}`, storageProof: [{ proof: [] }] },
      { accountProof, storageHash: '0x', storageProof: [] },
      {
        accountProof: [`0x${'00'.repeat(2000)}`],
        storageHash: '0x',
        storageProof: [{ proof: [] }],
      },
      { accountProof: ['0x1'], storageHash: '0x', storageProof: [{ proof: [] }] },
      null,
    ];
    for (const result of lies) {
      const { evidence, asked } = await prove({ eth_getProof: { result } });
      expect(evidence).toMatchObject([
        {
          proof: { kind: 'call-only', amount: '5' },
          reason: 'unavailable',
          slots: [],
          recordedSlotWrong: false,
        },
      ]);
      expect(keccak256(evidence[0]?.proof.header ?? '0x')).toBe(point.hash);
      const blocks = asked
        .filter(({ method }) => method === 'eth_getProof')
        .map(({ params }) => params[2]);
      expect(blocks).toEqual([{ blockHash: point.hash, requireCanonical: true }, '0x10a77ba']);
    }
  });

  it('has no header that is not hashed to the hash of the block, and asks for nothing more', async () => {
    const { evidence, asked } = await prove({
      eth_getBlockByHash: { result: { ...block, gasUsed: '0x1' } },
    });
    expect(evidence).toEqual([
      {
        proof: {
          token,
          point,
          amount: '5',
          decimals: 8,
          kind: 'call-only',
          header: null,
        },
        reason: 'header',
        slots: [],
        recordedSlotWrong: false,
      },
    ]);
    expect(asked).toHaveLength(1);
  });

  it('is not given where the block is another one, or is not there', async () => {
    const answers: readonly (readonly [RpcAnswer, string])[] = [
      [{ result: null }, 'SUPPLY_REORGANISED'],
      [{ result: { ...block, hash: `0x${'11'.repeat(32)}` } }, 'SUPPLY_REORGANISED'],
      [{ result: { ...block, number: '0x1' } }, 'SOURCE_RESPONSE_INVALID'],
      [{ result: { ...block, timestamp: '0x1' } }, 'SOURCE_RESPONSE_INVALID'],
      [{ result: {} }, 'SOURCE_RESPONSE_INVALID'],
      [{ fault: { code: -32_000, message: 'unknown block' } }, 'SUPPLY_REORGANISED'],
      [{ fault: { code: -32_603, message: 'internal' } }, 'SOURCE_RPC_ERROR'],
    ];
    for (const [answer, code] of answers) {
      expect(await rejectionCode(() => prove({ eth_getBlockByHash: answer }))).toBe(code);
    }
  });
});

describe('evidence for a token of another chain, or of none', () => {
  it('is a mistake of the program', async () => {
    for (const other of ['eip155:10/erc20:0x', 'eip155:1/erc721:0x']) {
      const foreign = { ...supply, token: TokenId(`${other}${'11'.repeat(20)}`) };
      expect(await rejectionCode(() => prove({}, [foreign]))).toBe('INTERNAL_ERROR');
    }
    expect(await rejectionCode(() => prove({}, [{ ...supply, slot: '0x1' }]))).toBe(
      'INTERNAL_ERROR',
    );
    expect((await prove({}, [])).evidence).toEqual([]);
  });
});
