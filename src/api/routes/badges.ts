import { z } from 'zod';
import type { UnixTime } from '../../core/unixTime.ts';
import type { StoredAttestation } from '../../store/attestationStore.ts';
import { type ApiContext, findAsset } from '../apiContext.ts';
import { secondsStanding } from '../backingStatus.ts';
import { type BadgeText, badgeText, pendingBadgeText, renderBadge } from '../badge.ts';
import { badgePlan, cacheControl } from '../cacheControl.ts';
import { handlePrepared } from '../handlePrepared.ts';
import { type Prepared, prepareAnswer, statusEtag } from '../prepared.ts';
import { imageHeaders, preparedHeaders } from '../publicHeaders.ts';
import { ShieldsBadge } from '../schemas/service.ts';
import { shieldsBadge, shieldsKeepsSeconds } from '../shieldsBadge.ts';
import { acceptUnchecked, answer, assetParams, type RouteApp } from './routeApp.ts';

/** Until the first audit has ended: soon to be replaced. */
const pendingCacheSeconds = 15;

type Face = Pick<Parameters<typeof prepareAnswer>[0], 'contentType' | 'body' | 'headers'>;

/** The answer as an image and in the form that shields.io reads. */
export function addBadgeRoutes(app: RouteApp, context: ApiContext): void {
  addBadgeRoute(app, context, {
    url: '/v1/assets/:asset/badge.svg',
    schema: {
      operationId: 'getBadgeImage',
      summary: 'The answer as an image',
      description:
        'A badge with the time that it holds for; needs nothing else to be shown, in an `<img>` on ' +
        'any page. An expired attestation is grey and `stale`; before the first audit it says so.',
      response: { 200: answer('An SVG image.', z.string(), 'image/svg+xml') },
    },
    examples: { backed: context.examples.badgeImage },
    keptSeconds: 0,
    draw: (text, asset) => ({
      contentType: 'image/svg+xml; charset=utf-8',
      body: renderBadge(text, asset),
      headers: imageHeaders,
    }),
  });
  addBadgeRoute(app, context, {
    url: '/v1/assets/:asset/badge.json',
    schema: {
      operationId: 'getBadge',
      summary: 'The answer for shields.io',
      description:
        'The endpoint schema of shields.io: https://shields.io/badges/endpoint-badge. Shields.io keeps ' +
        `a badge for at least ${shieldsKeepsSeconds} s: with less than that left of the attestation, ` +
        'the message is `expiring`, not `backed`.',
      response: { 200: answer('Label, message and colour.', ShieldsBadge) },
    },
    examples: { backed: context.examples.badge },
    keptSeconds: shieldsKeepsSeconds,
    draw: (text) => ({
      contentType: 'application/json; charset=utf-8',
      body: JSON.stringify(shieldsBadge(text)),
      headers: preparedHeaders,
    }),
  });
}

interface BadgeRoute {
  readonly url: string;
  readonly schema: {
    readonly operationId: string;
    readonly summary: string;
    readonly description: string;
    readonly response: object;
  };
  readonly examples: Readonly<Record<string, unknown>>;
  /** How long whoever asks shows the badge, whatever the caching headers say. */
  readonly keptSeconds: number;
  readonly draw: (text: BadgeText, asset: string) => Face;
}

function addBadgeRoute(app: RouteApp, context: ApiContext, route: BadgeRoute): void {
  const { store } = context.dependencies;
  app.get(
    route.url,
    {
      validatorCompiler: acceptUnchecked,
      schema: { ...route.schema, tags: ['badges'], params: assetParams },
      config: {
        contract: {
          problems: ['ASSET_UNKNOWN'],
          parameters: { asset: 'dbtc' },
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          isPrepared: true,
          examples: route.examples,
        },
      },
    },
    handlePrepared(context, route.url, async (asset, now) => {
      const { id } = findAsset(context, asset);
      return prepareBadge(await store.latest(id), now, route, id);
    }),
  );
}

function prepareBadge(
  stored: StoredAttestation | undefined,
  now: UnixTime,
  route: BadgeRoute,
  asset: string,
): Prepared {
  if (!stored) {
    return prepareAnswer({
      ...route.draw(pendingBadgeText(now), asset),
      etag: `W/"pending-${now}"`,
      cacheControl: cacheControl(badgePlan, pendingCacheSeconds),
    });
  }
  const text = badgeText(stored, now, route.keptSeconds);
  const standing = secondsStanding(stored.attestation.report, now);
  return prepareAnswer({
    ...route.draw(text, asset),
    etag: statusEtag(stored.id, text.status),
    // Whoever keeps it longer than it is told must get none that is near its end.
    cacheControl: cacheControl(badgePlan, text.isBacked ? standing - route.keptSeconds : standing),
  });
}
