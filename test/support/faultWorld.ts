import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDemoAsset, type DemoAsset } from '../../demo/demoAsset.ts';
import { type AnswerRequest, frontRpc } from '../../demo/frontRpc.ts';
import { loadWorldRegistry } from '../../demo/loadWorldRegistry.ts';
import { createWorld, type World } from '../../demo/world.ts';
import { type Devnet, startDevnet } from '../../devnet/startDevnet.ts';
import type { Report } from '../../src/attest/report.ts';
import type { Patience } from '../../src/audit/askSources.ts';
import { auditAsset } from '../../src/audit/auditAsset.ts';
import type { BitcoinSource } from '../../src/bitcoin/bitcoinSource.ts';
import { type CoreSourceLimits, createCoreSource } from '../../src/bitcoin/coreSource.ts';
import { parseBitcoinSourceUrl } from '../../src/bitcoin/parseBitcoinSourceUrl.ts';
import { closeSources, openSupplySources } from '../../src/cli/openSources.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { Asset } from '../../src/registry/asset.ts';
import type { ElectrumServerOptions } from './electrumServer.ts';
import { electrumSourceOf } from './electrumSourceOf.ts';
import { type EsploraServerOptions, startEsploraServer } from './esploraServer.ts';
import { mempoolSourceOf } from './mempoolSourceOf.ts';
import { createRegtestView, type RegtestView } from './regtestView.ts';
import { createSharedElectrum, type SharedElectrum } from './sharedElectrum.ts';

/** Whose sources an audit reads: of Bitcoin by Core unless another is there, and of the token. */
export interface FaultyOperator {
  readonly name: string;
  /** Stands in front of its Bitcoin Core. */
  readonly core?: AnswerRequest;
  /** A node other than that of the devnet. */
  readonly node?: Devnet['bitcoind'];
  readonly limits?: Partial<CoreSourceLimits>;
  /** Serves Bitcoin by an Esplora API, over the devnet's node unless it has a view of its own. */
  readonly esplora?: Partial<EsploraServerOptions>;
  /** Serves Bitcoin by the Electrum protocol, over the devnet's node; one operator at most. */
  readonly electrum?: Pick<ElectrumServerOptions, 'intercept'>;
  /** Stands in front of its anvil. */
  readonly evm?: AnswerRequest;
}

export interface FaultyAudit {
  /** Default 2. */
  readonly quorum?: number;
  readonly patience?: Patience;
}

/** An asset on real nodes that is backed, and audits of it through servers that fail. */
export interface FaultWorld extends AsyncDisposable {
  readonly world: World;
  readonly demo: DemoAsset;
  readonly asset: Asset;
  /** What electrs would know of the node. */
  readonly view: RegtestView;
  audit(operators: readonly FaultyOperator[], how?: FaultyAudit): Promise<Report>;
}

const custody = {
  p2pkh: 0,
  'p2sh-multisig': 0,
  'p2sh-p2wpkh': 1,
  p2wpkh: 1,
  'p2wsh-multisig': 0,
  p2tr: 1,
};

/** Three custody addresses with 2 BTC each, in three outputs; tokens for all of it but a tenth. */
export async function openFaultWorld(): Promise<FaultWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
  // Outputs of a single satoshi, too.
  const devnet = await startDevnet({ bitcoindArgs: ['-dustrelayfee=0'] });
  const view = createRegtestView(devnet.bitcoind.rpcUrl);
  const electrum = createSharedElectrum(devnet.bitcoind.rpcUrl);
  const close = async (): Promise<void> => {
    await electrum.close();
    await view.close();
    await devnet.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const plan = { id: 'dbtc', name: 'Demo Bitcoin', symbol: 'DBTC', decimals: 8 };
    const demo = await createDemoAsset({ ...plan, chainIds: [31337], custody }, devnet);
    const world = createWorld(devnet, [demo]);
    await demo.receive(
      demo.addresses.map((address) => ({ address, sats: 200_000_000n, outputs: 3 })),
    );
    await world.advance(1);
    await demo.mint(31337, 540_000_000n);
    await world.advance(7);
    const { registry } = await loadWorldRegistry(folder, world, UnixTime(devnet.now()));
    const asset = registry.assets.get('dbtc');
    if (!asset) throw new Error('the asset is missing');
    return {
      world,
      demo,
      asset,
      view,
      audit: (operators, how) => auditThrough({ world, asset, view, electrum }, operators, how),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function auditThrough(
  {
    world,
    asset,
    view,
    electrum: sharedElectrum,
  }: Pick<FaultWorld, 'world' | 'asset' | 'view'> & { readonly electrum: SharedElectrum },
  operators: readonly FaultyOperator[],
  { quorum = 2, patience }: FaultyAudit = {},
): Promise<Report> {
  const { devnet } = world;
  await using opened = new AsyncDisposableStack();

  const openBitcoin = async (operator: FaultyOperator): Promise<BitcoinSource> => {
    const { name, core, node = devnet.bitcoind, limits, esplora, electrum } = operator;
    if (electrum) {
      const { sourceUrl } = await sharedElectrum.open(electrum.intercept);
      return electrumSourceOf({ sourceUrl: `${sourceUrl}#operator=${name}` });
    }
    if (esplora) {
      const server = await startEsploraServer({ readView: view.readView, ...esplora });
      opened.use(server);
      const source = { id: server.sourceUrl, operator: name, kind: 'mempool' };
      return mempoolSourceOf(server, { source });
    }
    let port = String(node.port);
    if (core) {
      const front = await frontRpc(`http://127.0.0.1:${port}`, core);
      opened.defer(front.close);
      port = new URL(front.url).port;
    }
    const { user, password } = node;
    const url = `core+http://${user}:${password}@127.0.0.1:${port}#operator=${name}`;
    return createCoreSource({
      url: parseBitcoinSourceUrl(url),
      network: asset.network,
      limits: { retryMs: 1, pollMs: 1, graceMs: 20, ...limits },
    });
  };
  const openSupply = async ({ name, evm }: FaultyOperator): Promise<string> => {
    let { url } = devnet.anvil(31337);
    if (evm) {
      const front = await frontRpc(url, evm);
      opened.defer(front.close);
      url = front.url;
    }
    return `eip155:31337=${url}#operator=${name}`;
  };

  const bitcoin = await Promise.all(operators.map(openBitcoin));
  const supply = openSupplySources(await Promise.all(operators.map(openSupply)), []);
  opened.defer(() => closeSources([...bitcoin, ...supply]));
  return await auditAsset(
    asset,
    { quorum },
    {
      bitcoin,
      supply,
      clock: () => UnixTime(devnet.now()),
      pause: async () => undefined,
      ...(patience ? { patience } : {}),
    },
  );
}
