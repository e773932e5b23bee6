import type { Attestation } from '../attest/attestation.ts';
import { isHistoric } from '../attest/isHistoric.ts';
import type { Report } from '../attest/report.ts';
import { signReport } from '../attest/signReport.ts';
import { type AuditOptions, auditAsset } from '../audit/auditAsset.ts';
import { auditEach } from '../audit/auditEach.ts';
import { createClockGuard } from '../audit/clockGuard.ts';
import type { OutputLedger } from '../audit/outputLedger.ts';
import { refuseFutureBlocks, refuseFuturePoints } from '../audit/refuseFuture.ts';
import { AssayError } from '../core/assayError.ts';
import { toFixed18 } from '../core/fixed18.ts';
import type { UnixTime } from '../core/unixTime.ts';
import type { ProcessLock } from '../files/holdAlone.ts';
import { chooseOutputFile, type OutputFile } from '../files/outputFile.ts';
import { writeWholeFile } from '../files/writeWholeFile.ts';
import { createAnswerBudget } from '../http/answerBudget.ts';
import { loadAccount } from '../keys/loadAccount.ts';
import type { Asset, Registry } from '../registry/asset.ts';
import { type AuditSubject, auditSubject } from '../registry/auditSubject.ts';
import { loadRegistry } from '../registry/loadRegistry.ts';
import { parseRpcOption } from '../supply/parseRpcOption.ts';
import { chainsToAsk } from './chainsToAsk.ts';
import { createEvidenceFile } from './evidenceFile.ts';
import { combineExitCodes, exitCodeOfVerdict } from './exitCode.ts';
import { findAsset } from './findAsset.ts';
import { graphCauses } from './graphCauses.ts';
import { graphOf } from './graphOf.ts';
import { openHeaderFile } from './headerFile.ts';
import { holdKey } from './holdKey.ts';
import { closeSources, openBitcoinSources, openSupplySources } from './openSources.ts';
import { formatGraph } from './output/formatGraph.ts';
import { formatReport } from './output/formatReport.ts';
import { jsonText } from './output/jsonText.ts';
import { printable } from './output/printable.ts';
import { createStyle } from './output/style.ts';
import { createClaimsReader } from './readClaims.ts';
import { readPassphrase } from './readPassphrase.ts';
import { registryDirectory } from './registryDirectory.ts';
import { showProgress } from './showProgress.ts';
import type { Terminal } from './terminal.ts';

export interface ReconcileOptions {
  readonly bitcoin: readonly string[];
  readonly rpc: readonly string[];
  readonly registry?: string;
  readonly atHeight?: number;
  readonly atTime?: UnixTime;
  readonly pairing: 'aligned' | 'finalized';
  readonly quorum?: number;
  readonly evidence?: string;
  readonly headers?: string;
  readonly claims?: boolean;
  readonly graph?: boolean;
  readonly sign?: boolean;
  readonly keystore?: string;
  readonly passphraseFile?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

type Account = Awaited<ReturnType<typeof loadAccount>>;

/** Audits the assets in turn, shows, signs and writes the results, and answers the exit code. */
export async function reconcileAssets(
  ids: readonly string[],
  options: ReconcileOptions,
  terminal: Terminal,
): Promise<number> {
  const registry = await loadRegistry(registryDirectory(options.registry, terminal));
  const assets = [...new Set(ids)].map((id) => findAsset(registry, id));
  if (options.evidence !== undefined && assets.length > 1) {
    throw new AssayError('USAGE_INVALID', {
      message: '--evidence holds the evidence of one asset, and several are named',
    });
  }
  nameUnused(options.rpc, registry, terminal);
  const files = await chooseFiles(options, terminal);
  if (!options.sign) {
    return reconcileAll(registry, assets, undefined, files, options, terminal);
  }
  const { account, lock } = await unlockAccount(options, terminal);
  try {
    return await reconcileAll(registry, assets, account, files, options, terminal);
  } finally {
    await lock.release();
  }
}

async function reconcileAll(
  registry: Registry,
  assets: readonly Asset[],
  account: Account | undefined,
  files: ResultFiles,
  options: ReconcileOptions,
  terminal: Terminal,
): Promise<number> {
  const guard = createClockGuard({ clock: terminal.clock, steady: terminal.steadyClock });
  const results: (Report | Attestation)[] = [];
  const codes: (0 | 1 | 2)[] = [];
  const reports = await auditEach(assets, async (asset, outputs) => {
    const subject = auditSubject(registry, asset);
    const begun = guard.look();
    const report = await auditOne(subject, outputs, options, files.evidence, begun.wall, terminal);
    if (account) guard.check(report, begun);
    return report;
  });
  for (const report of reports) {
    codes.push(exitCodeOfVerdict(report.verdict));
    results.push(account ? await signReport(report, account) : report);
    if (options.evidence !== undefined && report.evidence === null) {
      terminal.writeError(`No evidence was written. ${report.notProven.at(-1) ?? ''}\n`);
    }
    if (!options.json) showReport(printable(report), account, codes.length === 1, terminal);
  }
  const document = jsonText(results.length === 1 ? results[0] : results);
  if (options.json) terminal.writeOut(document);
  if (files.out !== undefined) await writeWholeFile(files.out, document);
  return combineExitCodes(codes);
}

interface ResultFiles {
  readonly out: OutputFile | undefined;
  readonly evidence: OutputFile | undefined;
}

/** What is to be written can be: found before the audit, which takes long. */
async function chooseFiles(options: ReconcileOptions, terminal: Terminal): Promise<ResultFiles> {
  const { out, evidence, headers, force } = options;
  const keystore = options.keystore ?? terminal.environment.keystore;
  const passphrase = options.passphraseFile ?? terminal.environment.passphraseFile;
  const read = [headers, keystore, passphrase];
  return {
    out:
      out === undefined
        ? undefined
        : await chooseOutputFile(out, { force, apartFrom: [...read, evidence] }),
    evidence:
      evidence === undefined
        ? undefined
        : await chooseOutputFile(evidence, { force, apartFrom: read }),
  };
}

/** Whoever names a server wants it read: one that no asset of all needs is a mistake in the chain. */
function nameUnused(rpc: readonly string[], { assets }: Registry, terminal: Terminal): void {
  const used = new Set([...assets.values()].flatMap((asset) => chainsToAsk(asset, true)));
  const named = new Set(rpc.map((one) => parseRpcOption(one).chain));
  const unused = [...named].filter((chain) => !used.has(chain));
  if (unused.length === 0) return;
  terminal.writeError(`The registry has nothing on ${unused.join(', ')}: not asked.\n`);
}

async function auditOne(
  asset: AuditSubject,
  outputs: OutputLedger,
  options: ReconcileOptions,
  evidence: OutputFile | undefined,
  observedAt: UnixTime,
  terminal: Terminal,
): Promise<Report> {
  const budget = createAnswerBudget();
  const bitcoin = openBitcoinSources(options.bitcoin, asset.network, budget).map((source) =>
    refuseFutureBlocks(source, terminal.clock),
  );
  const chains = chainsToAsk(asset, options.graph ?? false);
  const supply = openSupplySources(options.rpc, chains, budget).map((source) =>
    refuseFuturePoints(source, terminal.clock),
  );
  const headers = options.headers === undefined ? undefined : openHeaderFile(options.headers);
  const progress = showProgress(terminal.errorIsTerminal && !options.json);
  const how: AuditOptions = {
    pairing: options.pairing,
    graph: options.graph ?? false,
    ...(options.atHeight === undefined ? {} : { atHeight: options.atHeight }),
    ...(options.atTime === undefined ? {} : { atTime: options.atTime }),
    ...(options.quorum === undefined ? {} : { quorum: options.quorum }),
  };
  try {
    return await auditAsset(
      asset,
      how,
      {
        bitcoin,
        supply,
        outputs,
        clock: () => observedAt,
        ...(evidence !== undefined && {
          evidence: createEvidenceFile(evidence, headers?.headerAt),
        }),
        ...(options.claims && { readClaims: createClaimsReader(supply, terminal.clock) }),
      },
      { signal: terminal.signal, onProgress: progress.onProgress },
    );
  } finally {
    progress.stop();
    headers?.close();
    await closeSources([...bitcoin, ...supply]);
  }
}

/** The key, held for this process until it is released. */
async function unlockAccount(
  options: ReconcileOptions,
  terminal: Terminal,
): Promise<{ readonly account: Account; readonly lock: ProcessLock }> {
  const keystore = options.keystore ?? terminal.environment.keystore;
  if (keystore === undefined) {
    throw new AssayError('KEYSTORE_NOT_FOUND', { message: '--sign needs a key file' });
  }
  const prompt = `Passphrase of ${keystore}: `;
  const passphrase = await readPassphrase(options.passphraseFile, prompt, terminal);
  const account = await loadAccount(keystore, passphrase);
  return { account, lock: await holdKey(account.address, keystore) };
}

function showReport(
  report: Report,
  account: Account | undefined,
  first: boolean,
  terminal: Terminal,
): void {
  const style = createStyle(terminal.colors);
  terminal.writeOut(`${first ? '' : '\n'}${formatReport(report, terminal.clock(), style)}\n`);
  const graph = graphOf(report);
  if (graph !== null) {
    const { sats } = report.reserves;
    const reserves = sats === null ? null : toFixed18(BigInt(sats), 8);
    const causes = graphCauses(report);
    const heading = {
      ...report.asset,
      verdict: report.verdict,
      reserves,
      causes,
      isHistoric: isHistoric(report),
    };
    terminal.writeOut(`\n${formatGraph(heading, graph, style)}\n`);
  }
  if (report.evidence) terminal.writeOut(`\n  Evidence    ${report.evidence.digest}\n`);
  if (account) terminal.writeOut(`\n  Signed by   ${account.address}\n`);
}
