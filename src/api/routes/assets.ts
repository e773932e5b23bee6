import { type ApiContext, findAsset } from '../apiContext.ts';
import { steadyCache } from '../cacheControl.ts';
import { describeAsset, describeAssetBriefly } from '../describeAsset.ts';
import { AssetDetail, AssetList } from '../schemas/asset.ts';
import { answer, assetParams, type RouteApp } from './routeApp.ts';

/** The assets as the registry has them. */
export function addAssetRoutes(app: RouteApp, context: ApiContext): void {
  const { registry } = context.dependencies;
  app.get(
    '/v1/assets',
    {
      schema: {
        operationId: 'listAssets',
        tags: ['assets'],
        summary: 'The assets under audit',
        description: 'All assets of the registry, in the order of their ids.',
        response: { 200: answer('The assets.', AssetList) },
      },
      config: {
        contract: {
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          examples: { assets: context.examples.assets },
        },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', steadyCache);
      return {
        assets: [...registry.assets.values()].map(describeAssetBriefly),
        registryDigest: registry.digest,
      };
    },
  );
  app.get(
    '/v1/assets/:asset',
    {
      schema: {
        operationId: 'getAsset',
        tags: ['assets'],
        summary: 'An asset as the registry has it',
        description: 'Deployments with their provenance, policy, and what is known to be missing.',
        params: assetParams,
        response: { 200: answer('The asset.', AssetDetail) },
      },
      config: {
        contract: {
          problems: ['ASSET_UNKNOWN'],
          parameters: { asset: 'dbtc' },
          headers: ['etag', 'cacheControl'],
          isConditional: true,
          examples: { asset: context.examples.asset },
        },
      },
    },
    async (request, reply) => {
      const asset = findAsset(context, request.params.asset);
      reply.header('cache-control', steadyCache);
      return describeAsset(asset);
    },
  );
}
