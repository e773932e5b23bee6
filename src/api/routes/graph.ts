import { type ApiContext, findAsset, readLatest } from '../apiContext.ts';
import { backingStatus, secondsStanding } from '../backingStatus.ts';
import { cacheControl, latestPlan } from '../cacheControl.ts';
import { describeGraph } from '../describeGraph.ts';
import { handlePrepared } from '../handlePrepared.ts';
import { prepareAnswer, statusEtag } from '../prepared.ts';
import { createPreparedCache } from '../preparedCache.ts';
import { preparedHeaders } from '../publicHeaders.ts';
import { Graph } from '../schemas/graph.ts';
import { acceptUnchecked, answer, assetParams, type RouteApp } from './routeApp.ts';

const url = '/v1/assets/:asset/graph';

/** What backs the copies of an asset's tokens. */
export function addGraphRoute(app: RouteApp, context: ApiContext): void {
  const remember = createPreparedCache();
  app.get(
    url,
    {
      validatorCompiler: acceptUnchecked,
      schema: {
        operationId: 'getGraph',
        tags: ['assets'],
        summary: 'What backs the copies of the tokens',
        description:
          'From canonical deployments over lockboxes to bridged copies: at each edge what is locked, ' +
          "and what is minted against it. A shortfall at an edge is that bridge's and its holders', and " +
          'changes nothing in `status`, which is that of the asset.',
        params: assetParams,
        response: { 200: answer('The backing graph.', Graph) },
      },
      config: {
        contract: {
          problems: ['ASSET_UNKNOWN', 'GRAPH_UNKNOWN', 'ATTESTATION_PENDING'],
          parameters: { asset: 'dbtc' },
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          isPrepared: true,
          examples: { graph: context.examples.graph },
        },
      },
    },
    handlePrepared(context, url, async (id, now) => {
      const stored = await readLatest(context, findAsset(context, id));
      const status = backingStatus(stored, now);
      const cache = cacheControl(latestPlan, secondsStanding(stored.attestation.report, now));
      return remember(id, `${stored.id} ${status} ${cache}`, () =>
        prepareAnswer({
          contentType: 'application/json; charset=utf-8',
          body: JSON.stringify(describeGraph(stored, now)),
          etag: statusEtag(stored.id, status),
          cacheControl: cache,
          headers: preparedHeaders,
        }),
      );
    }),
  );
}
