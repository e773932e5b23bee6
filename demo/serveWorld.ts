import { type ApiServer, startServer } from '../src/api/server.ts';
import type { VerifiedAttestation } from '../src/attest/verifyAttestation.ts';
import { runSchedule } from '../src/audit/runSchedule.ts';
import { createStyle } from '../src/cli/output/style.ts';
import { AssayError } from '../src/core/assayError.ts';
import { formatTime } from '../src/core/unixTime.ts';
import { type Auditor, auditWorld } from './auditWorld.ts';
import { formatInvitation } from './output/formatInvitation.ts';
import type { DemoTerminal } from './runDemo.ts';
import type { World } from './world.ts';

const host = '127.0.0.1';
const usualPort = 8080;
const auditSeconds = 30;
const blockSeconds = 60;

/**
 * Serves the latest attestations until the signal is aborted. Meanwhile the chains go on at the pace
 * of the clock, a Bitcoin block each minute, and the assets are audited again and again.
 */
export async function serveWorld(
  world: World,
  auditor: Auditor,
  places: {
    readonly directory: string;
    readonly port: number | undefined;
    /** One that can be verified from the start. */
    readonly attestation: VerifiedAttestation | undefined;
  },
  { writeOut, writeError, colors, clock, signal }: DemoTerminal,
): Promise<void> {
  const server = await listen(auditor, places.port);
  try {
    const { endpoints, quorum, graph } = auditor;
    const { directory: registry, attestation } = places;
    const invitation = { endpoints, registry, quorum, graph, attestation };
    writeOut(`\n${formatInvitation(server.url, world, invitation, createStyle(colors))}`);
    const onError = (thrown: unknown): void => {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      writeError(`${message.split('\n')[0]}\n`);
    };
    await Promise.all([
      repeat(blockSeconds, signal, onError, async () => {
        await world.advance(1, Math.max(1, clock() - world.devnet.now()));
      }),
      repeat(auditSeconds, signal, onError, async () => {
        for (const { asset, verified } of await auditWorld(world, auditor)) {
          const { point } = verified.report.reserves;
          const block = point ? ` at Bitcoin block ${point.height}` : '';
          writeError(`${formatTime(clock())} ${asset.id}: ${verified.verdict}${block}\n`);
        }
      }),
    ]);
  } finally {
    await server.close();
  }
}

/** As `runSchedule`, but the first round only after one interval: it has just been done. */
async function repeat(
  intervalSeconds: number,
  signal: AbortSignal,
  onError: (thrown: unknown) => void,
  act: () => Promise<void>,
): Promise<void> {
  let first = true;
  await runSchedule(
    async () => {
      if (!first) await act();
      first = false;
    },
    { intervalSeconds, signal, onError },
  );
}

/** At the port that was asked for; else at the usual one, or any free one where that is taken. */
async function listen(auditor: Auditor, port: number | undefined): Promise<ApiServer> {
  const { registry, store, evidence, account, guard } = auditor;
  const signers = [{ address: account.address }];
  const dependencies = {
    registry,
    store,
    clock: guard.now,
    signers,
    ...(evidence && { evidence }),
  };
  try {
    return await startServer(dependencies, { host, port: port ?? usualPort });
  } catch (error) {
    const taken = error instanceof AssayError && error.code === 'LISTEN_FAILED';
    if (!taken || port !== undefined) throw error;
    return startServer(dependencies, { host, port: 0 });
  }
}
