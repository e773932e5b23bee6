import { afterEach, describe, expect, it } from 'vitest';
import { type EsploraServerOptions, startEsploraServer } from '../../support/esploraServer.ts';
import { hashHeaders } from '../../support/inclusionProofs.ts';
import { mempoolSourceOf } from '../../support/mempoolSourceOf.ts';
import { rejection } from '../../support/rejection.ts';
import { createSyntheticChain } from '../../support/syntheticChain.ts';

const chain = createSyntheticChain();
chain.mine(40);
const { blocks } = chain.readView();
const hashes = blocks.map(({ header }) => header.id);
const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function openSource(intercept?: EsploraServerOptions['intercept']) {
  const server = await startEsploraServer({
    readView: chain.readView,
    ...(intercept && { intercept }),
  });
  const source = mempoolSourceOf(server, { api: 'esplora' });
  open.push(source, { close: () => server.stop() });
  return { source, server };
}

/** A list of blocks from a height downwards, as far as it is in the chain. */
function list(highest: number, count: number, change: (header: object) => object = (one) => one) {
  const lowest = Math.max(0, highest - count + 1);
  const headers = blocks.slice(lowest, highest + 1).map(({ header }) => change(header));
  return { status: 200, body: JSON.stringify(headers.toReversed()) };
}

const paged = /^\/blocks\/(\d+)$/;

describe('the headers of an Esplora source', () => {
  it('are ten for each request: the eleven of a moment take two', async () => {
    const { source, server } = await openSource();
    await source.readPoint(0);
    const before = server.requests.length;
    const headers = await source.readHeaders(15, 11);
    expect(hashHeaders(headers)).toEqual(hashes.slice(15, 26));
    expect(server.requests.slice(before)).toEqual(['/blocks/25', '/blocks/15']);
    expect(hashHeaders(await source.readHeaders(0, 41))).toEqual(hashes);
  });

  it('are those asked for where a mempool server lists fifteen, from its tip where that is lower', async () => {
    const { source } = await openSource((path) => {
      const [, height] = paged.exec(path) ?? [];
      return height === undefined ? undefined : list(Math.min(Number(height), chain.height), 15);
    });
    expect(hashHeaders(await source.readHeaders(12, 26))).toEqual(hashes.slice(12, 38));
    const { code } = await rejection(() => source.readHeaders(35, 8));
    expect(code).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
  });

  it('end where the chain ends', async () => {
    const { source } = await openSource();
    expect(hashHeaders(await source.readHeaders(40, 1))).toEqual(hashes.slice(40));
    const { code } = await rejection(() => source.readHeaders(36, 11));
    expect(code).toBe('BITCOIN_HEIGHT_ABOVE_TIP');
  });

  it.each<[string, () => { status: number; body: string }]>([
    ['a time that is not in the header', () => list(25, 10, (one) => ({ ...one, timestamp: 1 }))],
    ['a block missing', () => list(25, 5)],
    ['no list', () => ({ status: 200, body: '{}' })],
    ['more than anybody lists', () => ({ status: 200, body: JSON.stringify(Array(101).fill(0)) })],
  ])('are refused with %s', async (_, answer) => {
    const { source } = await openSource((path) => (path === '/blocks/25' ? answer() : undefined));
    const { code } = await rejection(() => source.readHeaders(16, 10));
    expect(code).toBe('SOURCE_RESPONSE_INVALID');
  });
});
