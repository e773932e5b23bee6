import { auditSubject } from '../../registry/auditSubject.ts';
import { type ApiContext, findAsset, readLatest } from '../apiContext.ts';
import { backingStatus, secondsStanding } from '../backingStatus.ts';
import { cacheControl, latestPlan } from '../cacheControl.ts';
import { describeReserves } from '../describeReserves.ts';
import { handlePrepared } from '../handlePrepared.ts';
import { prepareAnswer, statusEtag } from '../prepared.ts';
import { createPreparedCache } from '../preparedCache.ts';
import { preparedHeaders } from '../publicHeaders.ts';
import { Reserves } from '../schemas/reserves.ts';
import { acceptUnchecked, answer, assetParams, type RouteApp } from './routeApp.ts';

const url = '/v1/assets/:asset/reserves';

/** The custody addresses with their amounts. */
export function addReservesRoute(app: RouteApp, context: ApiContext): void {
  const remember = createPreparedCache();
  app.get(
    url,
    {
      validatorCompiler: acceptUnchecked,
      schema: {
        operationId: 'getReserves',
        tags: ['assets'],
        summary: 'Custody addresses with amounts and provenance',
        description:
          'What each custody address held at the audited block, who keeps it, and who says so. ' +
          'Check any of them against a node of your own.',
        params: assetParams,
        response: { 200: answer('The custody addresses.', Reserves) },
      },
      config: {
        contract: {
          problems: ['ASSET_UNKNOWN', 'ATTESTATION_PENDING'],
          parameters: { asset: 'dbtc' },
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          isPrepared: true,
          examples: { reserves: context.examples.reserves },
        },
      },
    },
    handlePrepared(context, url, async (id, now) => {
      const asset = findAsset(context, id);
      const stored = await readLatest(context, asset);
      const status = backingStatus(stored, now);
      const cache = cacheControl(latestPlan, secondsStanding(stored.attestation.report, now));
      // Long, and without an age: the same until the next audit.
      return remember(id, `${stored.id} ${status} ${cache}`, () =>
        prepareAnswer({
          contentType: 'application/json; charset=utf-8',
          body: JSON.stringify(
            describeReserves(auditSubject(context.dependencies.registry, asset), stored, now),
          ),
          etag: statusEtag(stored.id, status),
          cacheControl: cache,
          headers: preparedHeaders,
        }),
      );
    }),
  );
}
