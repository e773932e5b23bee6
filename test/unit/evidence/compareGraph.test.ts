import { describe, expect, it } from 'vitest';
import { exampleReport } from '../../../src/api/contract/exampleReport.ts';
import { TokenId, tokenIdParts } from '../../../src/core/caip.ts';
import { compareGraph } from '../../../src/evidence/compareGraph.ts';
import type { Lockbox } from '../../../src/registry/asset.ts';
import { parseContract } from '../../../src/registry/parseContract.ts';
import { assetOf } from '../../support/attestations.ts';
import { rejection } from '../../support/rejection.ts';

const { graph } = exampleReport;
if (!graph) throw new Error('the example has no graph');
const [canonical, copy] = graph.deployments;
const [edge] = graph.edges;
if (!canonical || !copy || !edge?.contract) throw new Error('the example has no edge');

const lockbox: Lockbox = {
  key: edge.lockbox,
  contract: parseContract(edge.contract),
  kind: 'oft-adapter',
  locks: TokenId(canonical.token),
  provenance: [],
};
const common = { decimals: 8, symbol: 'T', provenance: [] };
const subject = {
  ...assetOf(exampleReport),
  lockboxes: [lockbox],
  deployments: [
    {
      ...common,
      token: TokenId(canonical.token),
      ...tokenIdParts(TokenId(canonical.token)),
      kind: 'canonical' as const,
    },
    {
      ...common,
      token: TokenId(copy.token),
      ...tokenIdParts(TokenId(copy.token)),
      kind: 'bridged' as const,
      lockbox,
    },
  ],
};

type Graph = NonNullable<typeof exampleReport.graph>;

function changed(change: (graph: Graph) => void) {
  const report = structuredClone(exampleReport);
  if (report.graph) change(report.graph);
  return report;
}

describe('compareGraph', () => {
  it('finds nothing in the graph of the registry, in whatever order its lockboxes come, or in none', () => {
    expect(() => compareGraph(exampleReport, subject)).not.toThrow();
    const unused = { ...lockbox, key: 'unused', locks: undefined };
    const two = changed(({ edges }) => {
      const none = { locked: null, minted: null, surplus: null, ratio: null };
      edges.push({
        ...edge,
        ...none,
        lockbox: 'unused',
        locks: null,
        copies: [],
        verdict: 'unknown',
      });
    });
    for (const lockboxes of [
      [unused, lockbox],
      [lockbox, unused],
    ]) {
      expect(() => compareGraph(two, { ...subject, lockboxes })).not.toThrow();
    }
    expect(() => compareGraph({ ...exampleReport, graph: null }, subject)).not.toThrow();
  });

  it.each<[string, string, (graph: Graph) => void]>([
    ['a copy that is left out', 'graph.deployments', ({ deployments }) => deployments.pop()],
    [
      'a copy of another lockbox',
      'graph.deployments',
      ({ deployments }) => {
        for (const one of deployments) one.lockbox = null;
      },
    ],
    ['an edge that is left out', 'graph.edges', ({ edges }) => edges.pop()],
    [
      'another contract that is said to lock',
      'graph.edges',
      ({ edges }) => {
        for (const one of edges) one.contract = `${one.contract?.slice(0, -1)}1`;
      },
    ],
    [
      'another name of it',
      'graph.edges',
      ({ edges }) => {
        for (const one of edges) one.lockbox = 'other';
      },
    ],
    [
      'messages under way without a policy for them',
      'graph.edges',
      ({ edges }) => {
        for (const one of edges) one.verdict = 'in-flight';
      },
    ],
  ])('finds %s', async (_, field, change) => {
    const error = await rejection(() => compareGraph(changed(change), subject));
    expect(error.code).toBe('EVIDENCE_FIGURES_MISMATCH');
    expect(error.facts.field).toBe(field);
  });
});
