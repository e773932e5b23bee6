import { pino } from 'pino';
import { startServer } from '../api/server.ts';
import { attestAssets } from '../audit/attestAssets.ts';
import type { AuditOptions } from '../audit/auditAsset.ts';
import { createClockGuard } from '../audit/clockGuard.ts';
import { createOutputLedger } from '../audit/outputLedger.ts';
import { refuseFutureBlocks, refuseFuturePoints } from '../audit/refuseFuture.ts';
import { runSchedule } from '../audit/runSchedule.ts';
import { loadServiceConfig, type ServiceConfig } from '../config.ts';
import { toAssayError } from '../core/toAssayError.ts';
import { createAnswerBudget } from '../http/answerBudget.ts';
import { loadAccount } from '../keys/loadAccount.ts';
import { readPassphrase } from '../keys/readPassphrase.ts';
import { listSubjects } from '../registry/auditSubject.ts';
import { loadRegistry } from '../registry/loadRegistry.ts';
import { selectAssets } from '../registry/selectAssets.ts';
import { type EvidenceFolder, openEvidenceFolder } from '../store/evidenceFolder.ts';
import { createMemoryStore } from '../store/memoryStore.ts';
import { chainsToAsk } from './chainsToAsk.ts';
import { findAsset } from './findAsset.ts';
import { openHeaderFile } from './headerFile.ts';
import { holdKey } from './holdKey.ts';
import { keepEvidence } from './keepEvidence.ts';
import { closeSources, openBitcoinSources, openSupplySources } from './openSources.ts';
import { printableJson } from './output/jsonText.ts';
import { createClaimsReader } from './readClaims.ts';
import { registryDirectory } from './registryDirectory.ts';
import type { Terminal } from './terminal.ts';

/**
 * Serves until the terminal's signal is aborted: audits at an interval, and the API.
 *
 * @throws AssayError FILE_IN_USE where another process has the key or the evidence folder
 */
export async function serve(configFile: string, terminal: Terminal): Promise<void> {
  const config = await loadServiceConfig(configFile);
  const account = await loadAccount(config.keystore, await readPassphrase(config.passphraseFile));
  const key = await holdKey(account.address, config.keystore);
  try {
    const { evidence: place } = config;
    const evidence = place && (await openEvidenceFolder(place.directory, place));
    try {
      await serveAlone(config, account, evidence, terminal);
    } finally {
      await evidence?.close();
    }
  } finally {
    await key.release();
  }
}

async function serveAlone(
  config: ServiceConfig,
  account: Awaited<ReturnType<typeof loadAccount>>,
  evidence: EvidenceFolder | undefined,
  terminal: Terminal,
): Promise<void> {
  const log = { write: (line: string) => terminal.writeError(printableJson(line)) };
  const logger = pino({ name: 'assay' }, log);
  const whole = await loadRegistry(registryDirectory(config.registry, terminal));
  for (const id of config.assets ?? []) findAsset(whole, id);
  const registry = config.assets ? selectAssets(whole, config.assets) : whole;
  const store = createMemoryStore();
  const headers = config.evidence?.headers;
  // A header store that is not there is told at once, not with the first audit.
  if (headers !== undefined) openHeaderFile(headers).close();
  const budget = createAnswerBudget();
  const audits = listSubjects(registry).map(({ subject: asset, assets }) => ({
    asset,
    assets,
    bitcoin: openBitcoinSources(config.bitcoin ?? [], asset.network, budget).map((source) =>
      refuseFutureBlocks(source, terminal.clock),
    ),
    supply: openSupplySources(
      Object.entries(config.rpc ?? {}).flatMap(([chain, urls]) =>
        urls.map((url) => `${chain}=${url}`),
      ),
      chainsToAsk(asset, true),
      budget,
    ).map((source) => refuseFuturePoints(source, terminal.clock)),
  }));
  const { clock, signal } = terminal;
  const { maxClockDriftSeconds } = config;
  const guard = createClockGuard({ clock, steady: terminal.steadyClock, maxClockDriftSeconds });
  const server = await startServer(
    {
      registry,
      store,
      ...(evidence && { evidence }),
      signers: [{ address: account.address }],
      clock: guard.now,
      logger: { level: 'info', stream: log },
      ...(config.trustProxy ? { trustProxy: config.trustProxy } : {}),
    },
    config.listen,
  );
  terminal.writeOut(`${server.url}\n`);
  const how: AuditOptions = {
    pairing: config.pairing,
    graph: config.graph,
    ...(config.quorum === undefined ? {} : { quorum: config.quorum }),
  };
  // One asset's failure stops no other; its last attestation goes stale by itself.
  const logFailure = (thrown: unknown, asset?: string): void => {
    const { code, message, fix } = toAssayError(thrown);
    logger.error({ asset, code, fix }, message);
  };
  const outputs = createOutputLedger();
  const audit = async ({ asset, assets, bitcoin, supply }: (typeof audits)[number]) => {
    if (signal.aborted) return;
    try {
      const dependencies = {
        ...{ bitcoin, supply, outputs, guard, account, store },
        ...(evidence && {
          evidence: keepEvidence(evidence, headers, (thrown) => {
            if (!signal.aborted) logFailure(thrown, asset.id);
          }),
        }),
        ...(config.claims && { readClaims: createClaimsReader(supply, clock) }),
      };
      const all = await attestAssets(asset, assets, how, dependencies, { signal });
      for (const { assetId, id, attestation } of all) {
        const { verdict, ratio } = attestation.report;
        logger.info({ asset: assetId, attestation: id, verdict, ratio }, 'audited');
      }
    } catch (thrown) {
      if (!signal.aborted) logFailure(thrown, asset.id);
    }
  };
  try {
    await runSchedule(
      async () => {
        for (const one of audits) await audit(one);
        // They counted an output that a later asset claims as well: neither may.
        const contested = outputs.takeContested();
        for (const one of audits) if (contested.includes(one.asset.id)) await audit(one);
      },
      { intervalSeconds: config.intervalSeconds, signal, onError: (thrown) => logFailure(thrown) },
    );
  } finally {
    await server.close();
    await closeSources(audits.flatMap(({ bitcoin, supply }) => [...bitcoin, ...supply]));
  }
}
