import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { BitcoinSource } from '../../../src/bitcoin/bitcoinSource.ts';
import type { InclusionReader } from '../../../src/bitcoin/inclusionReader.ts';
import { coreSourceOf } from '../../support/coreSourceOf.ts';
import { createElectrumChain } from '../../support/electrumChain.ts';
import { merkleBranch } from '../../support/electrumIndex.ts';
import { startEsploraServer } from '../../support/esploraServer.ts';
import { expectProven } from '../../support/inclusionProofs.ts';
import { mempoolSourceOf } from '../../support/mempoolSourceOf.ts';
import { buildMerkleBlock } from '../../support/merkleBlocks.ts';
import { rejection } from '../../support/rejection.ts';
import { regtest, syntheticAddress } from '../../support/syntheticChain.ts';

const chain = createElectrumChain();
for (let count = 0; count < 4; count++) {
  chain.send({ to: [{ to: syntheticAddress('alice'), sats: 10n }] });
}
chain.mine(3);
const { blocks } = chain.readView();
const [, first, second] = blocks;
if (!first || !second) throw new Error('there are no blocks');
const txids = first.transactions.map(({ txid }) => txid);
const coinbases = [first, second].map(({ transactions }) => transactions[0]?.hex ?? '');
const block = chain.point(1);

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function readerOf(source: BitcoinSource): InclusionReader {
  open.push(source);
  if (!source.inclusion) throw new Error('the source reads no proofs');
  return source.inclusion;
}

const Call = z.object({ id: z.int(), method: z.string(), params: z.array(z.unknown()) });
type Call = z.infer<typeof Call>;
type Reply = { readonly result: unknown } | { readonly error: { code: number; message: string } };

/** Bitcoin Core as far as proofs go, over the chain; `twist` answers in its place. */
async function openCore(
  twist: (call: Call) => Reply | undefined = () => undefined,
  shape: (answers: readonly unknown[]) => unknown = (answers) => answers,
): Promise<InclusionReader> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const message: unknown = JSON.parse(text);
    const answers = z
      .array(Call)
      .parse(Array.isArray(message) ? message : [message])
      .map((call) => ({ jsonrpc: '2.0', id: call.id, ...(twist(call) ?? honest(call)) }));
    response.end(JSON.stringify(Array.isArray(message) ? shape(answers) : answers[0]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return readerOf(coreSourceOf({ port: address.port }));
}

function honest({ method, params: [subject, , in_] }: Call): Reply {
  const named = blocks.find(({ hash }) => hash === subject);
  switch (method) {
    case 'getblockchaininfo':
      return {
        result: {
          chain: 'regtest',
          blocks: chain.height,
          bestblockhash: chain.point(chain.height).hash,
          initialblockdownload: false,
          pruned: false,
        },
      };
    case 'getblockhash':
      return { result: subject === 0 ? regtest.genesisHash : blocks[Number(subject)]?.hash };
    case 'getblockheader':
      return { result: named?.header };
    case 'gettxoutproof': {
      const matched = new Set(z.array(z.string()).parse(subject));
      const tree = buildMerkleBlock(Buffer.from(first?.header ?? '', 'hex'), txids, matched);
      return { result: tree.toString('hex') };
    }
    case 'getrawtransaction': {
      const { transactions = [] } = blocks.find(({ hash }) => hash === in_) ?? {};
      return { result: transactions.find(({ txid }) => txid === subject)?.hex };
    }
    default:
      return { error: { code: -32601, message: 'Method not found' } };
  }
}

describe('the proofs of a Core source', () => {
  it('lead to the header, in the order that was asked for, one of them twice', async () => {
    const reader = await openCore(undefined, (answers) => answers.toReversed());
    const wanted = [...txids.toReversed(), txids[2] ?? ''];
    const proofs = await reader.readTransactionProofs(block, wanted);
    expect(proofs.map(({ txid }) => txid)).toEqual(wanted);
    for (const proof of proofs) expectProven(proof, Buffer.from(first.header, 'hex'));
    expect(await reader.readTransactionProofs(block, [])).toEqual([]);
  });

  const other = buildMerkleBlock(Buffer.from(second.header, 'hex'), [], new Set()).toString('hex');
  it.each([
    ['no tree', 'gettxoutproof', { result: 'abcd' }, 'SOURCE_RESPONSE_INVALID'],
    ['a tree of another block', 'gettxoutproof', { result: other }, 'SOURCE_RESPONSE_INVALID'],
    [
      'another transaction',
      'getrawtransaction',
      { result: coinbases[1] },
      'SOURCE_RESPONSE_INVALID',
    ],
    ['no transaction', 'getrawtransaction', { result: '00' }, 'SOURCE_RESPONSE_INVALID'],
    [
      'an unknown transaction',
      'gettxoutproof',
      { error: { code: -5, message: 'Not all transactions found' } },
      'BITCOIN_REORGANISED',
    ],
    [
      'a pruned block',
      'gettxoutproof',
      { error: { code: -1, message: 'Block not available (pruned data)' } },
      'BITCOIN_HEIGHT_PRUNED',
    ],
    [
      'a pruned transaction',
      'getrawtransaction',
      { error: { code: -1, message: 'Block not available (pruned data)' } },
      'BITCOIN_HEIGHT_PRUNED',
    ],
  ] as const)('are refused with %s', async (_, method, reply, expected) => {
    const reader = await openCore((call) => (call.method === method ? reply : undefined));
    const { code } = await rejection(() => reader.readTransactionProofs(block, txids));
    expect(code).toBe(expected);
  });

  it.each([
    ['an answer is missing', (answers: readonly unknown[]) => answers.slice(1)],
    ['one stands twice', (answers: readonly unknown[]) => [...answers.slice(1), answers[1]]],
    ['there are more', (answers: readonly unknown[]) => [...answers, answers[0]]],
    ['it is one error', () => ({ id: null, result: null, error: { code: -32600, message: 'no' } })],
    ['it is no JSON-RPC', () => 'hello'],
  ])('are refused where a batch comes back and %s', async (_, shape) => {
    const reader = await openCore(undefined, shape);
    const { code } = await rejection(() => reader.readTransactionProofs(block, txids));
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
  });
});

/** An Esplora server as far as proofs go; `twist` answers in its place. */
async function openEsplora(
  twist: (path: string) => string | number | undefined = () => undefined,
): Promise<InclusionReader> {
  const server = await startEsploraServer({
    readView: () => ({ blocks: [], mempool: [] }),
    intercept: (path) => {
      const body = twist(path) ?? honestPath(path);
      return typeof body === 'number' ? { status: body, body: 'no' } : { status: 200, body };
    },
  });
  open.push({ close: () => server.stop() });
  return readerOf(mempoolSourceOf(server, { api: 'esplora' }));
}

function honestPath(path: string): string | number {
  const [room, name = '', part] = path.split('/').slice(1);
  const place = txids.indexOf(name);
  if (room === 'block-height') return blocks[Number(name)]?.hash ?? 404;
  if (room === 'block') return blocks.find(({ hash }) => hash === name)?.header ?? 404;
  if (place < 0) return 404;
  return part === 'hex'
    ? (first?.transactions[place]?.hex ?? 404)
    : JSON.stringify({ block_height: 1, merkle: merkleBranch(txids, place), pos: place });
}

describe('the proofs of an Esplora source', () => {
  it('lead to the header, in the order that was asked for', async () => {
    const reader = await openEsplora();
    const proofs = await reader.readTransactionProofs(block, txids.toReversed());
    expect(proofs.map(({ txid }) => txid)).toEqual(txids.toReversed());
    for (const proof of proofs) expectProven(proof, Buffer.from(first.header, 'hex'));
  });

  it.each([
    ['another header', /^\/block\/.*header$/, second.header, 'SOURCE_RESPONSE_INVALID'],
    ['a web page for a header', /^\/block\/.*header$/, '<html>', 'SOURCE_RESPONSE_INVALID'],
    ['a block that it forgot', /^\/block\/.*header$/, 404, 'BITCOIN_REORGANISED'],
    ['another block at the height', /^\/block-height\/1$/, second.hash, 'BITCOIN_REORGANISED'],
    ['another transaction', /hex$/, coinbases[1], 'SOURCE_RESPONSE_INVALID'],
    ['a transaction that it does not know', /hex$/, 404, 'SOURCE_RESPONSE_INVALID'],
    ['no branch', /merkle-proof$/, 404, 'SOURCE_RESPONSE_INVALID'],
    [
      'a branch of another block',
      /merkle-proof$/,
      '{"block_height":2,"merkle":[],"pos":0}',
      'SOURCE_RESPONSE_INVALID',
    ],
    [
      'a branch that leads elsewhere',
      /merkle-proof$/,
      '{"block_height":1,"merkle":[],"pos":0}',
      'SOURCE_RESPONSE_INVALID',
    ],
  ] as const)('are refused with %s', async (_, pattern, body, expected) => {
    const reader = await openEsplora((path) => (pattern.test(path) ? body : undefined));
    const { code } = await rejection(() => reader.readTransactionProofs(block, txids));
    expect(code).toBe(expected);
  });
});
