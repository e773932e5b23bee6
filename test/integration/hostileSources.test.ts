import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frontRpc } from '../../demo/frontRpc.ts';
import { type Endpoints, openEndpoints } from '../../demo/openEndpoints.ts';
import { writeRegistry } from '../../demo/writeRegistry.ts';
import { type EndedProcess, startAssay } from '../support/assayProcess.ts';
import { type HostileMode, startHostileServer } from '../support/hostileServer.ts';
import { type OpenWorld, openWorld, readClock } from './demo/openWorld.ts';

let folder = '';
let open: OpenWorld;
let endpoints: Endpoints;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-hostile-'));
  open = await openWorld();
  endpoints = await openEndpoints(open.world, { operators: [{ name: 'one' }, { name: 'two' }] });
  await writeRegistry(join(folder, 'addresses'), open.world.assets, readClock());
});

afterAll(async () => {
  await endpoints.close();
  await open.close();
  await rm(folder, { recursive: true });
});

/** The other two and a third, at a heap of 1 GB. */
function audit(third: { readonly bitcoin?: string; readonly rpc?: string }): Promise<EndedProcess> {
  const bitcoin = [...endpoints.bitcoin, ...(third.bitcoin ? [third.bitcoin] : [])];
  const rpc = [...endpoints.rpc, ...(third.rpc ? [third.rpc] : [])];
  return startAssay(
    [
      ...['reconcile', 'dbtc', '--json', '--quorum', '2'],
      ...['--registry', join(folder, 'addresses')],
      ...bitcoin.flatMap((url) => ['--bitcoin', url]),
      ...rpc.flatMap((url) => ['--rpc', url]),
    ],
    ['--max-old-space-size=1024'],
  ).ended;
}

function expectBacked({ code, signal, out, error }: EndedProcess): void {
  expect({ code, signal, error }).toEqual({ code: 0, signal: null, error: '' });
  expect(JSON.parse(out)).toMatchObject({ verdict: 'backed' });
}

const named = '#operator=mallory';

describe('with a quorum of 2, one hostile server among three', () => {
  // Every mode before every kind of source: `npm run bench -- hostile`.
  it.each<HostileMode>([
    'gzip of 60 MB of empty objects',
    '30 million brackets',
    '60 MB of empty objects',
    'a byte now and then',
  ])('for a Bitcoin Core node sends %s', async (mode) => {
    await using hostile = await startHostileServer(mode);
    const bitcoin = `core+http://user:password@127.0.0.1:${hostile.port}${named}`;
    expectBacked(await audit({ bitcoin }));
    expect(hostile.connections).toBeGreaterThan(0);
  });

  it.each(['scantxoutset', 'getblock'])(
    'for a Bitcoin Core node answers well until %s, and that with 60 MB of empty objects',
    async (method) => {
      const [honest = ''] = endpoints.bitcoin;
      const { username, password, port } = new URL(honest.replace(/^core\+/, ''));
      const objects = `[${'{},'.repeat(20_000_000)}{}]`;
      const body = `{"jsonrpc":"2.0","id":1,"error":null,"result":{"success":true,"tx":${objects}}}`;
      let asked = 0;
      const front = await frontRpc(`http://127.0.0.1:${port}`, async (calls, pass) => {
        if (!calls.some((call) => call.method === method)) return pass();
        asked++;
        return { status: 200, body };
      });
      try {
        const { host } = new URL(front.url);
        const bitcoin = `core+http://${username}:${password}@${host}${named}`;
        expectBacked(await audit({ bitcoin }));
        expect(asked).toBeGreaterThan(0);
      } finally {
        await front.close();
      }
    },
  );

  it.each<HostileMode>([
    '60 MB of empty lists',
    'a line without end',
    'a byte now and then',
    'chunks of one byte',
  ])('for an Electrum server sends %s', async (mode) => {
    await using hostile = await startHostileServer(mode, 'lines');
    expectBacked(await audit({ bitcoin: `electrum+tcp://127.0.0.1:${hostile.port}${named}` }));
    expect(hostile.connections).toBeGreaterThan(0);
  });

  it.each<HostileMode>([
    'zstd of 60 MB of empty objects',
    'a million wrong answers of a batch',
    'chunks of one byte',
  ])('for an EVM node sends %s', async (mode) => {
    await using hostile = await startHostileServer(mode);
    const [chain] = endpoints.rpc.map((one) => one.slice(0, one.indexOf('=')));
    expectBacked(await audit({ rpc: `${chain}=http://127.0.0.1:${hostile.port}/${named}` }));
    expect(hostile.connections).toBeGreaterThan(0);
  });
});
