import { gradeCustody } from '../registry/gradeCustody.ts';
import type { Binding } from './binding.ts';

type Agrees = NonNullable<(Binding & { by: 'registry' })['agrees']>;

function listed(what: string, agrees?: Agrees): Binding {
  return { by: 'registry', what, ...(agrees && { agrees }) };
}

const name = 'the name and symbol of the asset';
const pool = 'the shared pool';
const tokens = 'the tokens with their symbols and decimals';

const policy = (key: 'confirmations' | 'maxSkewSeconds' | 'validForSeconds' | 'maxProofAgeDays') =>
  listed('the policy', (report, { subject }) => report.policy[key] === subject.policy[key]);

const complete = (side: 'reserves' | 'supply') =>
  listed('what is missing', (report, { subject: { coverage } }) => {
    const lacks = coverage.missing.some((gap) => gap.side === side);
    return !report[side].complete || !(lacks || coverage.status === 'retired');
  });

/** Of each canonical deployment: there are no others in the report, and none is left out. */
const deployment = (key: 'token' | 'decimals' | 'symbol') =>
  listed(tokens, ({ supply }, { subject }) => {
    const own = subject.deployments.filter(({ kind }) => kind === 'canonical');
    const byToken = new Map(own.map((one) => [`${one.token}`, one[key]]));
    return (
      supply.deployments.length === own.length &&
      supply.deployments.every((one) => byToken.get(one.token) === one[key])
    );
  });

/** Fields of a report that the registry determines. What has no comparison here has one of its own. */
export const registryBindings = {
  assetId: listed(name, ({ asset }, { subject }) => asset.id === subject.id),
  assetName: listed(name, ({ asset }, { subject }) => asset.name === subject.name),
  assetSymbol: listed(name, ({ asset }, { subject }) => asset.symbol === subject.symbol),
  poolName: listed(pool, (report, { subject }) => report.pool?.name === subject.sharing?.name),
  poolAssets: listed(pool, (report, { subject }) => {
    return (report.pool?.assets ?? []).join() === (subject.sharing?.assets ?? []).join();
  }),
  addresses: listed('the custody addresses', ({ reserves }, { custody }) => {
    const addresses = new Set(custody.map(({ address }) => address));
    return (
      reserves.addresses.length === addresses.size &&
      reserves.addresses.every(({ address }) => addresses.has(address))
    );
  }),
  grades: listed('whose word vouches for them', (report, { custody, point }) => {
    const byAddress = new Map(custody.map((one) => [one.address, one]));
    return report.reserves.addresses.every(({ address, grade }) => {
      // Proofs of control are verified with the registry, and told apart.
      if (grade === 'proven' || grade === 'derived') return true;
      const { provenance = [] } = byAddress.get(address) ?? {};
      return grade === gradeCustody({ provenance }, point, report.policy);
    });
  }),
  reservesComplete: complete('reserves'),
  supplyComplete: complete('supply'),
  token: deployment('token'),
  symbol: deployment('symbol'),
  decimals: deployment('decimals'),
  confirmations: policy('confirmations'),
  maxSkewSeconds: policy('maxSkewSeconds'),
  maxAgeSeconds: listed('the policy', ({ policy: { maxAgeSeconds } }, { subject }) => {
    // A moment in the past may be of any age.
    return maxAgeSeconds === null || maxAgeSeconds === subject.policy.maxAgeSeconds;
  }),
  validForSeconds: policy('validForSeconds'),
  maxProofAgeDays: policy('maxProofAgeDays'),
  formula: listed('what is taken off the supply and whose rates are taken'),
  graph: listed('the lockboxes and copies of the backing graph'),
  digest: listed('all that its digest covers', (report, { subject }) => {
    return report.registryDigest === subject.digest;
  }),
} as const;
