import { type ApiContext, findAsset, readLatest } from '../apiContext.ts';
import { backingStatus, secondsStanding } from '../backingStatus.ts';
import { cacheControl, latestPlan } from '../cacheControl.ts';
import { describeBacking } from '../describeBacking.ts';
import { handlePrepared } from '../handlePrepared.ts';
import { prepareAnswer, statusEtag } from '../prepared.ts';
import { preparedHeaders } from '../publicHeaders.ts';
import { Backing } from '../schemas/backing.ts';
import { acceptUnchecked, answer, assetParams, type RouteApp } from './routeApp.ts';

const url = '/v1/assets/:asset/backing';

/** The latest answer for an asset: what wallets and pages ask for most. */
export function addBackingRoute(app: RouteApp, context: ApiContext): void {
  app.get(
    url,
    {
      validatorCompiler: acceptUnchecked,
      schema: {
        operationId: 'getBacking',
        tags: ['assets'],
        summary: 'Whether an asset is backed, now',
        description:
          'The latest attestation in short, with its age. `status` is what to show: an expired ' +
          'attestation is `stale`. The entity tag changes with attestation and status, not with age.',
        params: assetParams,
        response: { 200: answer('The latest answer.', Backing) },
      },
      config: {
        contract: {
          problems: ['ASSET_UNKNOWN', 'ATTESTATION_PENDING'],
          parameters: { asset: 'dbtc' },
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          isPrepared: true,
          examples: { backed: context.examples.backing },
        },
      },
    },
    handlePrepared(context, url, async (asset, now) => {
      const stored = await readLatest(context, findAsset(context, asset));
      return prepareAnswer({
        contentType: 'application/json; charset=utf-8',
        body: JSON.stringify(describeBacking(stored, now)),
        etag: statusEtag(stored.id, backingStatus(stored, now)),
        cacheControl: cacheControl(latestPlan, secondsStanding(stored.attestation.report, now)),
        headers: preparedHeaders,
      });
    }),
  );
}
