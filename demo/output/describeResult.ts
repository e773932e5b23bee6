import type { Report } from '../../src/attest/report.ts';
import type { AuditResult } from '../auditWorld.ts';
import type { NaiveReading } from '../readNaively.ts';

/**
 * One audited asset as the JSON line of `--json`. Amounts are decimal strings: `sats`, or with the
 * `decimals` that stand beside them. `book` is what the demo itself did up to the same blocks.
 */
export function describeResult(
  scenario: string,
  { verified, evidence, book }: AuditResult,
  naive: NaiveReading | undefined,
): Record<string, unknown> {
  const { report, id, signer, verdict } = verified;
  return {
    scenario,
    asset: report.asset.id,
    verdict,
    reserves: { sats: report.reserves.sats, utxos: report.reserves.utxos },
    supply: { amount: report.supply.amount, decimals: report.supply.decimals },
    surplus: report.surplus,
    ratio: report.ratio,
    quorum: report.policy.quorum,
    agreement: report.reserves.agreement,
    disputes: report.reserves.disputes,
    operators: report.reserves.observations.map(({ operator, sats, agrees, fault }) => ({
      operator,
      sats,
      agrees,
      ...(fault ? { fault: fault.code } : {}),
    })),
    point: report.reserves.point,
    tip: report.reserves.tip,
    deployments: report.supply.deployments.map(
      ({ token, amount, decimals, point, skewSeconds }) => ({
        token,
        amount,
        decimals,
        point,
        skewSeconds,
      }),
    ),
    window: report.window,
    graph: report.graph && describeEdges(report.graph),
    holdsAcrossWindow: report.window?.holdsAcrossWindow ?? null,
    reasons: report.reasons,
    book: { sats: book.sats?.toString() ?? null, supply: book.supply?.toString() ?? null },
    attestation: id,
    signer,
    verified: true,
    evidence: evidence && {
      digest: evidence.digest,
      outputs: evidence.outputs,
      sats: evidence.sats.toString(),
      supply: evidence.supply,
    },
    ...(naive ? { naive: describeNaive(naive) } : {}),
  };
}

function describeEdges({ edges }: NonNullable<Report['graph']>) {
  return {
    decimals: 18,
    edges: edges.map(({ lockbox, verdict, locked, minted, surplus, ratio, reason }) => ({
      ...{ lockbox, verdict, locked, minted, surplus, ratio, reason },
    })),
  };
}

function describeNaive({ method, verdict, sats, supply, surplus }: NaiveReading) {
  return {
    method,
    verdict,
    reserves: { sats: sats.toString() },
    supply: { amount: supply.toString(), decimals: 18 },
    surplus: { amount: surplus.toString(), decimals: 18 },
  };
}
