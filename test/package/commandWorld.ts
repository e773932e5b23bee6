import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { address, networks } from 'bitcoinjs-lib';
import { z } from 'zod';
import { type Endpoints, openEndpoints } from '../../demo/openEndpoints.ts';
import { writeRegistry } from '../../demo/writeRegistry.ts';
import { type OpenWorld, openWorld, readClock } from '../integration/demo/openWorld.ts';
import { createSigner } from '../support/messageSigner.ts';
import { makeProofFile, singleProof } from '../support/proofFiles.ts';
import { makeAssetFile, makeReservesFile, regtest } from '../support/registryBuilder.ts';
import { type Installed, type Outcome, runInstalled } from './runInstalled.ts';

/** What the commands are given: real nodes, a registry of what is on them, and files made with it. */
export interface CommandWorld {
  /** Where everything of it lies. */
  readonly folder: string;
  /** A new folder to run commands in. */
  makeFolder(): Promise<string>;
  /** The file of that name. */
  file(name: string): string;
  /** `--bitcoin` and `--rpc` of the nodes. */
  readonly sources: readonly string[];
  /** `--bitcoin` of the node. */
  readonly bitcoin: readonly string[];
  readonly signer: string;
  /** Where an issuer publishes addresses, in the format of cbBTC. */
  readonly feed: string;
  /** A port of this machine that is taken. */
  readonly takenPort: number;
  close(): Promise<void>;
}

/** An asset of the world whose one custody address signs. */
const custodian = createSigner('p2wpkh', 'package');

const Feed = z.looseObject({ discovery: z.unknown().optional() });

/**
 * Builds the demo's world, and makes with the installed package itself what its other commands need: a
 * key, an attestation with its evidence, a signed challenge.
 */
export async function openCommandWorld(installed: Omit<Installed, 'cwd'>): Promise<CommandWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-commands-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const open: OpenWorld = await openWorld();
    closers.push(() => open.close());
    const endpoints: Endpoints = await openEndpoints(open.world);
    closers.push(() => endpoints.close());
    const [dbtc] = open.world.assets;
    const feedServer = await serveFeed(dbtc?.addresses ?? []);
    closers.push(() => new Promise((resolve) => feedServer.close(resolve)));
    const port = portOf(feedServer);
    const file = (name: string): string => join(folder, name);
    const bitcoin = endpoints.bitcoin.flatMap((url) => ['--bitcoin', url]);
    const sources = [...bitcoin, ...endpoints.rpc.flatMap((rpc) => ['--rpc', rpc])];

    await writeRegistry(file('addresses'), open.world.assets, readClock());
    await addDiscovery(file('addresses/dbtc/asset.json'));
    await addSigned(file('addresses/signed'));
    await cp(file('addresses'), file('fewer'), { recursive: true });
    await rm(file('fewer/dbtc18'), { recursive: true });
    await writeFile(file('broken.json'), '{');
    await writeFile(file('passphrase'), 'for this test\n', { mode: 0o600 });

    const make = async (...args: string[]): Promise<Outcome> => {
      const made = await runInstalled({ ...installed, cwd: folder }, args);
      if (made.exitCode !== 0) throw new Error(`assay ${args.join(' ')}: ${made.error}`);
      return made;
    };
    const key = ['--keystore', 'key.json', '--passphrase-file', 'passphrase'];
    const signer = (await make('keys', 'generate', ...key)).out.trim();
    const registry = ['--registry', 'addresses'];
    await make(
      ...['reconcile', 'dbtc', ...registry, ...sources, '--sign', ...key],
      ...['--out', 'signed.json', '--evidence', 'signed.evidence'],
    );
    const challenge = ['registry', 'challenge', 'signed', ...registry, ...bitcoin];
    await make(...challenge, '--out', 'challenge.txt');
    const text = (await readFile(file('challenge.txt'), 'utf8')).trimEnd();
    const proof = { ...singleProof(custodian, text), address: ownAddress() };
    await writeFile(file('proofs.json'), JSON.stringify(makeProofFile(text, [proof])));
    await writeFile(file('assay.json'), JSON.stringify(serviceConfig(endpoints, 0)));
    await writeFile(file('taken.json'), JSON.stringify(serviceConfig(endpoints, port)));
    let folders = 0;
    return {
      ...{ folder, file, sources, bitcoin, signer, close },
      feed: `http://127.0.0.1:${port}/por.json`,
      takenPort: port,
      makeFolder: async () => {
        folders += 1;
        const made = file(`run${folders}`);
        await mkdir(made);
        return made;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function ownAddress(): string {
  return address.fromOutputScript(custodian.output, networks.regtest);
}

async function addSigned(folder: string): Promise<void> {
  await mkdir(folder);
  const asset = makeAssetFile('signed', { reserveChain: regtest });
  await writeFile(join(folder, 'asset.json'), JSON.stringify(asset));
  const reserves = makeReservesFile([ownAddress()]);
  await writeFile(join(folder, 'reserves.json'), JSON.stringify(reserves));
}

async function addDiscovery(path: string): Promise<void> {
  const asset = Feed.parse(JSON.parse(await readFile(path, 'utf8')));
  const place = { kind: 'cbbtc-json', url: 'https://issuer.example/por', provenance: ['demo'] };
  await writeFile(path, JSON.stringify({ ...asset, discovery: [place] }));
}

function serviceConfig({ bitcoin, rpc }: Endpoints, port: number) {
  return {
    ...{ assets: ['dbtc'], registry: 'addresses', bitcoin, listen: { port } },
    rpc: Object.fromEntries(
      rpc.map((one) => [one.slice(0, one.indexOf('=')), [one.slice(one.indexOf('=') + 1)]]),
    ),
    ...{ keystore: 'key.json', passphraseFile: 'passphrase' },
  };
}

/** The addresses as cbBTC's issuer publishes them. */
async function serveFeed(addresses: readonly string[]): Promise<Server> {
  const unit = { currency: { name: 'BTC' }, network: { name: 'bitcoin' } };
  const document = {
    schema: 'v1',
    lastUpdatedAt: '2026-11-22T10:00:00Z',
    reservesTotal: { amount: '3.0', ...unit },
    reserveAddresses: addresses.map((one) => ({
      address: one,
      balance: { amount: '1.5', ...unit },
    })),
  };
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return bound.port;
}
