import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../src/api/app.ts';
import { hashStatement } from '../../src/attest/hashStatement.ts';
import { signReport } from '../../src/attest/signReport.ts';
import { verifyAttestation } from '../../src/attest/verifyAttestation.ts';
import { auditAsset } from '../../src/audit/auditAsset.ts';
import { nameReport } from '../../src/audit/nameReport.ts';
import { maxIdLength, maxLockboxKeyLength } from '../../src/core/reportLimits.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import type { Asset, Registry } from '../../src/registry/asset.ts';
import { auditSubject } from '../../src/registry/auditSubject.ts';
import { checkAsset } from '../../src/registry/checkAsset.ts';
import { createMemoryStore } from '../../src/store/memoryStore.ts';
import { registryOf, testAccount } from '../support/attestations.ts';
import { readContract } from '../support/openapiContract.ts';
import {
  mainnetAddresses,
  makeAssetFile,
  makeCustody,
  makeDeployment,
  makeReservesFile,
} from '../support/registryBuilder.ts';
import { scriptBitcoin, scriptSupply } from '../support/scriptedSources.ts';

const contract = readContract();
const now = UnixTime(1_215_000);

/** Text of at most so many UTF-16 units, often exactly so many, of signs that break careless code. */
function textOf(longest: number) {
  const sign = fc.constantFrom('a', '"', '\\', '<', '%', 'é', '漢', '😀');
  const full = fc.constantFrom(...'a"<é漢').map((one) => one.repeat(longest));
  const emoji = fc.constant('😀'.repeat(Math.floor(longest / 2)));
  const short = fc.string({ unit: sign, minLength: 1, maxLength: Math.min(longest, 20) });
  return fc.oneof(
    full,
    emoji,
    short.map((text) => [...text].join('').slice(0, longest).toWellFormed()),
  );
}

/** A word of letters, as long as it may be. */
const word = (letter: string, length: number) => letter.repeat(length);

/** The longest that the schema takes, on a chain that assay does not know. */
const farChain = `${word('z', 8)}:${word('Z', 32)}`;
const farToken = (letter: string) =>
  fc
    .constantFrom(word(letter, 120), `${word(letter, 3)}${'%3A'.repeat(39)}`, letter)
    .map((reference) => `${farChain}/${word('t', 8)}:${reference}`);

const evm = [
  '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
  '0x68f180fcCe6836688e9084f035309E29Bf0A2095',
  '0x0555E30da8f98308EdB960aa94C0Db47230d2B9c',
  '0x52908400098527886E0F7030069857D2E4169EE7',
] as const;
const lockboxKey = fc.constantFrom(word('k', maxLockboxKeyLength), 'k');
const amount = fc.oneof(
  fc.constantFrom(0n, 1n, 2n ** 64n, 2n ** 255n, 2n ** 256n - 1n),
  fc.bigInt({ min: 0n, max: 10n ** 20n }),
);

/** The two files of an asset that keeps its coins in a pool, at the limits of their schemas. */
const assetFiles = fc
  .record({
    name: textOf(200),
    symbol: textOf(40),
    issuer: textOf(200),
    note: textOf(1000),
    what: textOf(500),
    why: textOf(1000),
    custodian: textOf(200),
    by: textOf(200),
    decimals: fc.constantFrom(0, 8, 18),
    copied: fc.constantFrom(0, 18, 19, 24, 77, 78, 255),
    key: lockboxKey,
    kind: fc.constantFrom('partial', 'complete', 'retired'),
    confirmations: fc.constantFrom(1, 6, 1000),
    quorum: fc.constantFrom(1, 20),
    far: farToken('a'),
    farCopy: farToken('b'),
    farHolder: fc.constantFrom(word('h', 128), 'h'),
    farLockbox: fc.constantFrom(word('l', 128), 'l'),
    isFar: fc.boolean(),
  })
  .map((one) => (id: string, index: number) => {
    const own = one.isFar && index === 0 ? one.far : `eip155:1/erc20:${evm[index]}`;
    const chain = own.split('/')[0] ?? '';
    const contract = one.isFar && index === 0 ? one.farLockbox : evm[3];
    const copy = one.isFar && index === 0 ? one.farCopy : `eip155:10/erc20:${evm[index]}`;
    const source = { kind: 'published', by: one.by, source: word('s', 500), date: '2026-01-02' };
    const missing = [{ side: 'reserves', what: one.what, why: one.why }];
    const asset = makeAssetFile(id, {
      name: one.name,
      symbol: one.symbol,
      issuer: one.issuer,
      pool: word('p', maxIdLength),
      sources: { [word('i', 40)]: { ...source, note: one.note } },
      policy: { confirmations: one.confirmations, quorum: one.quorum },
      coverage: { status: one.kind, missing: one.kind === 'partial' ? missing : [] },
      deployments: [
        { token: own, kind: 'canonical', decimals: one.decimals, note: one.note },
        { token: copy, kind: 'bridged', decimals: one.copied, lockbox: one.key },
        { token: `eip155:56/erc20:${evm[index]}`, kind: 'bridged', decimals: one.copied },
      ]
        .map((entry) => makeDeployment({ ...entry, provenance: [word('i', 40)] }))
        .sort((a, b) => (a.token < b.token ? -1 : 1)),
      lockboxes: {
        [one.key]: {
          contract: `${chain}:${contract}`,
          kind: 'other',
          locks: own,
          policy: { toleranceUnits: word('9', 78), durationSeconds: 604_800 },
          provenance: [word('i', 40)],
        },
      },
      liability: {
        exclude: [
          {
            token: own,
            holder: one.isFar && index === 0 ? one.farHolder : evm[2],
            reason: 'unissued',
            provenance: [word('i', 40)],
          },
        ],
      },
    });
    const addresses = Object.values(mainnetAddresses).toSorted();
    const reserves = makeReservesFile(
      addresses.map((address) =>
        makeCustody(address, { custodian: one.custodian, provenance: [word('i', 40)] }),
      ),
      { sources: { [word('i', 40)]: source } },
    );
    return { asset, reserves };
  });

async function load(id: string, files: { asset: unknown; reserves: unknown }): Promise<Asset> {
  const { asset, findings } = await checkAsset(id, { ...files, evidence: new Map() });
  if (!asset) throw new Error(`the generated asset is none: ${JSON.stringify(findings)}`);
  return asset;
}

/** Every GET of the contract that there is something to answer for. */
function pathsOf(registry: Registry, ids: readonly string[]): readonly string[] {
  const gets = contract.operations.filter(({ method }) => method === 'get');
  const assets = [...registry.assets.values()];
  return gets.flatMap(({ path }) => {
    if (path.includes('{asset}')) return assets.map(({ id }) => path.replace('{asset}', id));
    if (path.includes('{id}')) return ids.map((id) => path.replace('{id}', id));
    if (!path.includes('{address}')) return path.includes('{') ? [] : [path];
    return assets.flatMap(({ deployments }) =>
      deployments.map(({ chain, reference }) =>
        path
          .replace('{chain}', encodeURIComponent(chain))
          .replace('{address}', encodeURIComponent(reference)),
      ),
    );
  });
}

describe('what a registry may say', () => {
  it('is audited, signed, verified and served, at every limit of its schema', async () => {
    await fc.assert(
      fc.asyncProperty(
        assetFiles,
        assetFiles,
        fc.array(amount, { minLength: 6, maxLength: 6 }),
        async (first, second, amounts) => {
          const ids = [word('a', maxIdLength), word('b', maxIdLength)];
          const assets = [
            await load(ids[0] ?? '', first(ids[0] ?? '', 0)),
            await load(ids[1] ?? '', second(ids[1] ?? '', 1)),
          ];
          const registry = registryOf(...assets);
          const [asset] = assets;
          if (!asset) throw new Error('there is no asset');
          const chains = new Set(
            assets.flatMap(({ deployments }) => deployments.map((d) => d.chain)),
          );
          let next = 0;
          const supply = [...chains].map((chain) =>
            scriptSupply(chain, {
              operator: chain,
              finalizedHeight: 200_000,
              amount: () => amounts[next++ % amounts.length] ?? 0n,
              held: () => amounts[next++ % amounts.length] ?? 0n,
            }),
          );
          const holdings = () => 4_000_000n;
          const bitcoin = [scriptBitcoin(asset, { operator: 'one', tip: 2000, holdings })];
          const report = await auditAsset(
            auditSubject(registry, asset),
            { quorum: 1, graph: true },
            { bitcoin, supply, clock: () => now, pause: async () => {} },
          );
          const store = createMemoryStore();
          const signed = [];
          for (const one of assets) {
            const attestation = await signReport(nameReport(report, one), testAccount);
            const text = JSON.stringify(attestation);
            const { id } = await verifyAttestation(text, { signers: [testAccount.address], now });
            await store.put({
              id: hashStatement(attestation.statement),
              assetId: one.id,
              attestation,
            });
            signed.push(id);
          }
          const signers = [{ address: testAccount.address }];
          const app = await buildApp({ registry, store, signers, clock: () => now });
          try {
            for (const path of pathsOf(registry, signed)) {
              const response = await app.inject({ method: 'GET', url: path });
              const operation = contract.operations.find(
                (one) => one.method === 'get' && matches(one.path, path),
              );
              if (!operation) throw new Error(`no operation answers ${path}`);
              expect([path, response.statusCode]).toEqual([path, statusOf(operation.id)]);
              expect([path, contract.judgeResponse(operation, response)]).toEqual([path, []]);
            }
          } finally {
            await app.close();
          }
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  }, 300_000);
});

/** No evidence is kept. */
function statusOf(operation: string): number {
  return operation === 'getEvidence' ? 404 : 200;
}

function matches(template: string, path: string): boolean {
  const parts = template.split('/');
  const own = path.split('/');
  return (
    parts.length === own.length &&
    parts.every((part, index) => part.startsWith('{') || part === own[index])
  );
}
