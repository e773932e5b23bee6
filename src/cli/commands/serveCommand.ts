import { Command } from 'commander';
import { pino } from 'pino';
import { startServer } from '../../api/server.ts';
import { attestAsset } from '../../audit/attestAsset.ts';
import { runSchedule } from '../../audit/runSchedule.ts';
import { loadServiceConfig, type ServiceConfig } from '../../config.ts';
import { AssayError } from '../../core/assayError.ts';
import { toAssayError } from '../../core/toAssayError.ts';
import { loadAccount } from '../../keys/loadAccount.ts';
import { readPassphrase } from '../../keys/readPassphrase.ts';
import type { Asset, Registry } from '../../registry/asset.ts';
import { loadRegistry } from '../../registry/loadRegistry.ts';
import { createMemoryStore } from '../../store/memoryStore.ts';
import { closeSources, openBitcoinSources, openSupplySources } from '../openSources.ts';
import { registryDirectory } from '../registryDirectory.ts';
import type { Terminal } from '../terminal.ts';

/** `assay serve`: audits at an interval and serves the latest answers. */
export function serveCommand(terminal: Terminal, end: (exitCode: number) => void): Command {
  return new Command('serve')
    .description('Audit assets at an interval and serve the latest attestations over REST.')
    .option('--config <file>', 'the config file (JSON)', 'assay.json')
    .addHelpText(
      'after',
      `
Example of a config file (paths are relative to it):
  {
    "assets": ["wbtc"],
    "bitcoin": ["core+http://127.0.0.1:8332?cookie=/home/me/.bitcoin/.cookie"],
    "rpc": { "eip155:1": ["http://127.0.0.1:8545"] },
    "keystore": "assay-key.json",
    "passphraseFile": "passphrase",
    "listen": { "host": "127.0.0.1", "port": 8080 }
  }

Example:
  assay serve --config assay.json`,
    )
    .action(async (options: { readonly config: string }) => {
      await serve(await loadServiceConfig(options.config), terminal);
      end(0);
    });
}

async function serve(config: ServiceConfig, terminal: Terminal): Promise<void> {
  const logger = pino({ name: 'assay' }, { write: terminal.writeError });
  const registry = await loadRegistry(registryDirectory(config.registry, terminal));
  const assets = selectAssets(registry, config.assets);
  const account = await loadAccount(config.keystore, await readPassphrase(config.passphraseFile));
  const store = createMemoryStore();
  const audits = assets.map((asset) => ({
    asset,
    bitcoin: openBitcoinSources(config.bitcoin ?? [], asset.network),
    supply: openSupplySources(
      Object.entries(config.rpc ?? {}).flatMap(([chain, urls]) =>
        urls.map((url) => `${chain}=${url}`),
      ),
      asset.deployments.map((deployment) => deployment.chain),
    ),
  }));
  const { clock, signal } = terminal;
  const server = await startServer(
    { registry, store, signers: [{ address: account.address }], clock, logger },
    { ...config.listen, trustProxy: config.trustProxy },
  );
  terminal.writeOut(`${server.url}\n`);
  try {
    await runSchedule(
      async () => {
        for (const { asset, bitcoin, supply } of audits) {
          const how = {
            pairing: config.pairing,
            ...(config.quorum === undefined ? {} : { quorum: config.quorum }),
          };
          const stored = await attestAsset(
            asset,
            how,
            { bitcoin, supply, clock, account, store },
            { signal },
          );
          const { verdict, ratio } = stored.attestation.report;
          logger.info({ asset: asset.id, attestation: stored.id, verdict, ratio }, 'audited');
        }
      },
      {
        intervalSeconds: config.intervalSeconds,
        signal,
        onError: (thrown) => {
          const { code, message } = toAssayError(thrown);
          logger.error({ code, message }, 'an audit failed');
        },
      },
    );
  } finally {
    await server.close();
    await closeSources(audits.flatMap(({ bitcoin, supply }) => [...bitcoin, ...supply]));
  }
}

/** @throws AssayError ASSET_UNKNOWN */
function selectAssets(registry: Registry, ids: readonly string[] | undefined): Asset[] {
  if (!ids) return [...registry.assets.values()];
  return ids.map((id) => {
    const asset = registry.assets.get(id);
    if (asset) return asset;
    throw new AssayError('ASSET_UNKNOWN', {
      message: `the config names the asset ${JSON.stringify(id)}, which the registry does not have`,
    });
  });
}
