import { keccak256, stringToBytes } from 'viem';
import { describe, expect, it } from 'vitest';
import {
  guardReads,
  type RpcCall,
  stateMethods,
  unknownBlockHash,
} from '../../../../src/supply/evm/guardReads.ts';
import type { RpcAnswer } from '../../../../src/supply/evm/matchAnswers.ts';

const source = { id: 'http://evm.example', operator: 'evm.example', kind: 'evm' };
const block = { blockHash: `0x${'11'.repeat(32)}`, requireCanonical: true };
const account = `0x${'00'.repeat(20)}`;

/** A real question by each method. */
const questions: Readonly<Record<string, RpcCall>> = {
  eth_call: { method: 'eth_call', params: [{ to: account, data: '0x18160ddd' }, block] },
  eth_createAccessList: {
    method: 'eth_createAccessList',
    params: [{ to: account, data: '0x18160ddd' }, block],
  },
  eth_getBalance: { method: 'eth_getBalance', params: [account, block] },
  eth_getCode: { method: 'eth_getCode', params: [account, block] },
  eth_getStorageAt: { method: 'eth_getStorageAt', params: [account, '0x0', block] },
};

const isAtUnknown = ({ params }: RpcCall) => JSON.stringify(params).includes(unknownBlockHash);
const notFound: RpcAnswer = { fault: { code: -32000, message: 'header not found' } };

/** A node that heeds the block for all methods but some, and fails some calls. */
function nodeOf(ignoring: readonly string[] = [], fails: (call: RpcCall) => boolean = () => false) {
  const requests: (readonly RpcCall[])[] = [];
  const send = async (calls: readonly RpcCall[]) => {
    requests.push(calls);
    return calls.map((call): RpcAnswer => {
      if (isAtUnknown(call) && !ignoring.includes(call.method)) return notFound;
      return fails(call) ? notFound : { result: '0x1' };
    });
  };
  return { requests, send: guardReads(source, send) };
}

function question(method: string): RpcCall {
  const call = questions[method];
  if (!call) throw new Error(`there is no question by ${method}`);
  return call;
}

describe('guardReads', () => {
  it('has a question by every method that reads state', () => {
    expect(Object.keys(questions).sort()).toEqual([...stateMethods].sort());
  });

  it('asks for the hash of a text, which no header has', () => {
    expect(keccak256(stringToBytes('assay asks for a block that does not exist'))).toBe(
      unknownBlockHash,
    );
  });

  it.each(stateMethods)(
    'believes nothing by %s of a node that ignores the block',
    async (method) => {
      const others = stateMethods.filter((one) => one !== method).map(question);
      const { send } = nodeOf([method]);
      await expect(send([...others, question(method)])).rejects.toMatchObject({
        code: 'SOURCE_RESPONSE_INVALID',
        message: `${source.id} answers ${method} for a block that does not exist: it does not read state by block hash`,
        fix: 'Use a node that supports EIP-1898.',
        facts: { source: source.id },
      });
      // What it says by the others stands.
      expect(await send(others)).toEqual(others.map(() => ({ result: '0x1' })));
      await expect(send([question(method)])).rejects.toMatchObject({
        code: 'SOURCE_RESPONSE_INVALID',
      });
    },
  );

  it('asks the same question of that block, in the same form, and once for each method', async () => {
    const { requests, send } = nodeOf();
    const bare: RpcCall = { method: 'eth_getCode', params: [account, { blockHash: '0x22' }] };
    await send([bare, question('eth_call')]);
    await send([bare, question('eth_call')]);
    expect(requests).toEqual([
      [
        bare,
        question('eth_call'),
        { method: 'eth_getCode', params: [account, { blockHash: unknownBlockHash }] },
        {
          method: 'eth_call',
          params: [
            { to: account, data: '0x18160ddd' },
            { blockHash: unknownBlockHash, requireCanonical: true },
          ],
        },
      ],
      [bare, question('eth_call')],
    ]);
  });

  it('asks nothing besides where no state is read', async () => {
    const { requests, send } = nodeOf(stateMethods);
    const calls: RpcCall[] = [
      { method: 'eth_chainId', params: [] },
      { method: 'eth_getBlockByNumber', params: ['0x1', false] },
      { method: 'eth_getProof', params: [account, [], block] },
    ];
    await send(calls);
    expect(requests).toEqual([calls]);
  });

  it('is not content with a question that fails itself', async () => {
    const long: RpcCall = {
      method: 'eth_call',
      params: [{ to: account, data: '0x18160ddd00' }, block],
    };
    const reverts = ({ params }: RpcCall) => JSON.stringify(params).includes('"0x18160ddd"');
    const ignoring = nodeOf(['eth_call'], reverts);
    await expect(ignoring.send([question('eth_call'), long])).rejects.toMatchObject({
      code: 'SOURCE_RESPONSE_INVALID',
    });
    const heeding = nodeOf([], reverts);
    expect(await heeding.send([question('eth_call')])).toEqual([notFound]);
    expect(await heeding.send([question('eth_call'), long])).toEqual([notFound, { result: '0x1' }]);
    expect(heeding.requests.flat().filter(isAtUnknown)).toHaveLength(3);
    await heeding.send([long]);
    expect(heeding.requests.flat().filter(isAtUnknown)).toHaveLength(3);
  });

  it('takes null for an answer, and nothing for none', async () => {
    const sends = async (calls: readonly RpcCall[]) =>
      calls.map((call): RpcAnswer => ({ result: isAtUnknown(call) ? null : '0x1' }));
    await expect(guardReads(source, sends)([question('eth_getCode')])).rejects.toMatchObject({
      code: 'SOURCE_RESPONSE_INVALID',
    });
    await expect(
      guardReads(source, async () => [])([question('eth_getCode')]),
    ).rejects.toMatchObject({ code: 'SOURCE_RESPONSE_INVALID' });
  });
});
