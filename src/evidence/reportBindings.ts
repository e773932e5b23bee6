import type { Binding } from './binding.ts';
import { registryBindings as registry } from './registryBindings.ts';

const derived = { by: 'report' } as const;
const shown = { by: 'evidence' } as const;

function said(what: string): Binding {
  return { by: 'attester', what };
}

const operators = said('which operators and servers were asked, and what each of them answered');
const faults = said('why something could not be read or counts for less');
const supplyBlocks = said('at which blocks nothing here proves a figure was read');
const rules = said('by which rule a block of a token chain counted as final');
const tip = said('how far the Bitcoin chain reached, and how the figures moved up to there');
const graphFigures = said('what the contracts of the backing graph hold and mint');
const claims = said('what issuers and feeds claim about themselves');
const settings = said('the quorum, and how the blocks of both sides were paired');
const times = said('when it was made');

const point = (of: string, binding: Binding): Record<string, Binding> =>
  Object.fromEntries(['chain', 'height', 'hash', 'time'].map((key) => [`${of}.${key}`, binding]));

const around = (of: string, binding: Binding): Record<string, Binding> => ({
  ...point(`${of}.from`, binding),
  ...point(`${of}.to`, binding),
});

const fault = (of: string): Record<string, Binding> => ({
  [`${of}.code`]: faults,
  [`${of}.message`]: faults,
});

const observations = (of: string): Record<string, Binding> => ({
  [`${of}.agreement.operators`]: operators,
  [`${of}.agreement.of`]: operators,
  ...Object.fromEntries(
    ['source', 'operator', 'kind', 'agrees'].map((key) => [
      `${of}.observations[].${key}`,
      operators,
    ]),
  ),
  ...fault(`${of}.observations[].fault`),
});

const limit = (of: string): Record<string, Binding> =>
  Object.fromEntries(['amount', 'deployments', 'of'].map((key) => [`${of}.${key}`, derived]));

/**
 * Every field of a report, by the way to it, and by what it is bound once its evidence bundle verified.
 * It says what the registry is compared for, and what is never told as proved.
 */
export const reportBindings: Readonly<Record<string, Binding>> = {
  schema: derived,
  'asset.id': registry.assetId,
  'asset.name': registry.assetName,
  'asset.symbol': registry.assetSymbol,
  'pool.name': registry.poolName,
  'pool.assets[]': registry.poolAssets,
  verdict: derived,
  restsOnBounds: derived,
  'reasons[].code': faults,
  'reasons[].message': faults,
  'reasons[].subject': faults,
  'reserves.sats': derived,
  'reserves.atLeast.sats': derived,
  'reserves.atLeast.addresses': derived,
  'reserves.atLeast.of': derived,
  ...observations('reserves'),
  ...point('reserves.observations[].point', operators),
  'reserves.observations[].sats': operators,
  'reserves.disputes[].address': operators,
  'reserves.disputes[].outpoint': operators,
  'reserves.disputes[].claims[].operator': operators,
  'reserves.disputes[].claims[].sats': operators,
  'reserves.complete': registry.reservesComplete,
  ...point('reserves.point', shown),
  'reserves.moment.time': shown,
  'reserves.moment.doubtSeconds': derived,
  'reserves.moment.fromHeight': shown,
  'reserves.moment.toHeight': shown,
  ...point('reserves.tip', tip),
  'reserves.addresses[].address': registry.addresses,
  'reserves.addresses[].sats': shown,
  'reserves.addresses[].utxos': shown,
  'reserves.addresses[].grade': registry.grades,
  'reserves.utxos': derived,
  ...Object.fromEntries(
    ['proven', 'derived', 'published', 'claimed'].flatMap((grade) =>
      ['addresses', 'sats', 'ratio'].map((key) => [`reserves.grades.${grade}.${key}`, derived]),
    ),
  ),
  'supply.amount': derived,
  'supply.decimals': derived,
  'supply.liability.excluded[].token': registry.formula,
  'supply.liability.excluded[].holder': registry.formula,
  'supply.liability.excluded[].reason': registry.formula,
  'supply.liability.excluded[].countedAs[]': registry.formula,
  'supply.liability.excluded[].amount': shown,
  ...point('supply.liability.excluded[].point', supplyBlocks),
  ...around('supply.liability.excluded[].around', supplyBlocks),
  ...observations('supply.liability.excluded[]'),
  'supply.liability.excluded[].observations[].amount': operators,
  ...fault('supply.liability.excluded[].fault'),
  'supply.liability.rates[].tokens[]': registry.formula,
  'supply.liability.rates[].feed': registry.formula,
  'supply.liability.rates[].rate': shown,
  'supply.liability.rates[].decimals': registry.formula,
  ...point('supply.liability.rates[].point', supplyBlocks),
  ...observations('supply.liability.rates[]'),
  'supply.liability.rates[].observations[].amount': operators,
  ...fault('supply.liability.rates[].fault'),
  ...limit('supply.atLeast'),
  ...limit('supply.atMost'),
  'supply.complete': registry.supplyComplete,
  'supply.deployments[].token': registry.token,
  'supply.deployments[].symbol': registry.symbol,
  'supply.deployments[].amount': shown,
  'supply.deployments[].decimals': registry.decimals,
  ...point('supply.deployments[].point', shown),
  ...around('supply.deployments[].around', supplyBlocks),
  'supply.deployments[].finality': rules,
  'supply.deployments[].skewSeconds': derived,
  ...observations('supply.deployments[]'),
  ...point('supply.deployments[].observations[].point', operators),
  'supply.deployments[].observations[].amount': operators,
  'surplus.amount': derived,
  'surplus.decimals': derived,
  ratio: derived,
  'window.fromHeight': derived,
  'window.toHeight': tip,
  'window.reserves.lowestSats': tip,
  'window.reserves.highestSats': tip,
  'window.supply.lowest': tip,
  'window.supply.highest': tip,
  'window.supply.decimals': derived,
  'window.holdsAcrossWindow': derived,
  'policy.confirmations': registry.confirmations,
  'policy.maxSkewSeconds': registry.maxSkewSeconds,
  'policy.maxAgeSeconds': registry.maxAgeSeconds,
  'policy.validForSeconds': registry.validForSeconds,
  'policy.quorum': settings,
  'policy.maxProofAgeDays': registry.maxProofAgeDays,
  'policy.pairing': settings,
  registryDigest: registry.digest,
  'graph.deployments[].token': registry.graph,
  'graph.deployments[].kind': registry.graph,
  'graph.deployments[].lockbox': registry.graph,
  'graph.deployments[].amount': graphFigures,
  'graph.deployments[].decimals': registry.graph,
  ...point('graph.deployments[].point', graphFigures),
  ...around('graph.deployments[].around', graphFigures),
  ...fault('graph.deployments[].fault'),
  'graph.edges[].lockbox': registry.graph,
  'graph.edges[].contract': registry.graph,
  'graph.edges[].locks': registry.graph,
  'graph.edges[].copies[]': registry.graph,
  'graph.edges[].locked': graphFigures,
  ...point('graph.edges[].lockedPoint', graphFigures),
  ...around('graph.edges[].lockedAround', graphFigures),
  ...fault('graph.edges[].lockedFault'),
  'graph.edges[].minted': derived,
  'graph.edges[].surplus': derived,
  'graph.edges[].ratio': derived,
  'graph.edges[].verdict': derived,
  'graph.edges[].reason': graphFigures,
  'claims[].kind': claims,
  'claims[].name': claims,
  'claims[].side': claims,
  'claims[].amount': claims,
  'claims[].decimals': claims,
  'claims[].publishedAt': claims,
  'claims[].stale': claims,
  'claims[].difference': derived,
  ...fault('claims[].fault'),
  'evidence.schema': derived,
  'evidence.digest': shown,
  observedAt: times,
  validUntil: derived,
  'notProven[]': said('what the report itself says that it does not prove'),
};
