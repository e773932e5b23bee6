import { privateKeyToAccount } from 'viem/accounts';
import { recoverTypedDataAddress, sha256, stringToBytes } from 'viem/utils';
import { signReport } from '../src/attest/signReport.ts';
import { toTypedData } from '../src/attest/toTypedData.ts';
import { verifyAttestation } from '../src/attest/verifyAttestation.ts';
import { canonicalJson } from '../src/core/canonicalJson.ts';
import { UnixTime } from '../src/core/unixTime.ts';
import { sampleReport } from '../test/support/sampleReport.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';

const rounds = 200;
const warmUpRounds = 20;
const perRound = 10;

/**
 * Verifying an attestation from its JSON text (40 addresses, 2 deployments), against recovering the
 * signer and hashing the report's bytes with the same library. Both take turns in one process, so
 * that heat and collection hit both; the undisturbed rounds of each are compared.
 */
export const benchmark: Benchmark = {
  name: 'verify',
  async run(): Promise<readonly BenchmarkResult[]> {
    const account = privateKeyToAccount(`0x${'42'.repeat(32)}`);
    const report = sampleReport();
    const attestation = await signReport(report, account);
    const text = JSON.stringify(attestation);
    const policy = { signers: [account.address], now: UnixTime(report.observedAt + 60) };
    const reportBytes = stringToBytes(canonicalJson(report));
    const typedData = toTypedData(attestation.statement.message);
    const signature = `0x${attestation.signature.slice(2)}` as const;

    const verify = () => verifyAttestation(text, policy);
    const bare = async () => {
      await recoverTypedDataAddress({ ...typedData, signature });
      sha256(reportBytes);
    };

    for (let round = 0; round < warmUpRounds; round += 1) {
      await time(verify);
      await time(bare);
    }
    const verified: number[] = [];
    const recovered: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      verified.push(await time(verify));
      recovered.push(await time(bare));
    }
    const measured = perRound / undisturbed(verified);
    const referenceValue = perRound / undisturbed(recovered);
    return [
      {
        name: 'verify an attestation of 40 addresses and 2 deployments',
        unit: 'verifications/s',
        measured,
        reference: 'recoverTypedDataAddress and SHA-256 over the report',
        referenceValue,
        ratio: measured / referenceValue,
        bound: 'at least',
        limit: 0.9,
      },
    ];
  },
};

/** Seconds for one round. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let index = 0; index < perRound; index += 1) await work();
  return (performance.now() - start) / 1000;
}

/** The tenth percentile: what a round takes when nothing else has the processor. */
function undisturbed(seconds: readonly number[]): number {
  const sorted = seconds.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? 0;
}
