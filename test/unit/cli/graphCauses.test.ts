import { expect, it } from 'vitest';
import type { Report } from '../../../src/attest/report.ts';
import { graphCauses } from '../../../src/cli/graphCauses.ts';

type Graph = NonNullable<Report['graph']>;
const fault = { code: 'SOURCE_UNREACHABLE', message: 'no answer' };

function copyOn(chain: string, more: Partial<Graph['deployments'][number]> = {}) {
  const token = `${chain}/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599`;
  const none = { amount: null, point: null, around: null, lockbox: 'a' };
  return { token, kind: 'bridged' as const, decimals: 8, ...none, ...more };
}

function edgeOn(chain: string, more: Partial<Graph['edges'][number]>): Graph['edges'][number] {
  return {
    lockbox: 'a',
    contract: null,
    locks: copyOn(chain).token,
    copies: [],
    locked: null,
    lockedPoint: null,
    lockedAround: null,
    minted: null,
    surplus: null,
    ratio: null,
    verdict: 'unknown',
    reason: '',
    ...more,
  };
}

it('gives each cause once, with its chains, from copies and lockboxes', () => {
  const graph = {
    deployments: [
      copyOn('eip155:10', { fault }),
      copyOn('eip155:10', { fault }),
      copyOn('eip155:56', { fault }),
      copyOn('eip155:1', { fault: { ...fault, message: 'wrong' } }),
      copyOn('eip155:100'),
    ],
    edges: [edgeOn('eip155:10', { lockedFault: fault }), edgeOn('eip155:137', {})],
  };
  expect(graphCauses({ graph })).toEqual([
    { chains: ['eip155:10', 'eip155:56'], ...fault },
    { chains: ['eip155:1'], ...fault, message: 'wrong' },
  ]);
  expect(graphCauses({ graph: null })).toEqual([]);
});
