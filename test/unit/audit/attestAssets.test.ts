import { expect, it } from 'vitest';
import { backingStatus } from '../../../src/api/backingStatus.ts';
import { verifyAttestation } from '../../../src/attest/verifyAttestation.ts';
import { attestAssets } from '../../../src/audit/attestAssets.ts';
import { type ClockGuard, createClockGuard } from '../../../src/audit/clockGuard.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { auditSubject } from '../../../src/registry/auditSubject.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { assetOf, registryOf, testAccount } from '../../support/attestations.ts';
import { expectCode } from '../../support/expectCode.ts';
import { sampleReport } from '../../support/sampleReport.ts';
import { scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

it('a pool is audited once and attested for each of its assets, never split', async () => {
  const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
  const sample = assetOf(sampleReport());
  const [deployment] = sample.deployments;
  const [address] = sample.custody;
  if (!network || !deployment || !address) throw new Error('the sample is empty');
  const one = { ...sample, pool: 'vault', network, deployments: [deployment], custody: [address] };
  const two = {
    ...one,
    id: 'two',
    symbol: 'TWO',
    deployments: sample.deployments.slice(1, 2),
  };
  const registry = registryOf(one, two);
  const clock = () => UnixTime(65_000);
  const store = createMemoryStore();
  const chains = [...one.deployments, ...two.deployments].map(({ chain }) => ChainId(chain));
  const dependencies = {
    // 100 satoshis back 60 + 60 tokens: each asset alone would pass, the pool does not.
    bitcoin: [scriptBitcoin(one, { operator: 'a', holdings: () => 100n })],
    supply: chains.map((chain, index) =>
      scriptSupply(chain, {
        operator: 'x',
        amount: () =>
          (60n * 10n ** BigInt([...one.deployments, ...two.deployments][index]?.decimals ?? 8)) /
          10n ** 8n,
      }),
    ),
    guard: createClockGuard({ clock, steady: () => 0 }),
    account: testAccount,
    store,
  };
  const stored = await attestAssets(auditSubject(registry, one), [one, two], {}, dependencies);

  expect(stored.map((attestation) => attestation.assetId)).toEqual([one.id, 'two']);
  for (const { attestation, assetId } of stored) {
    const policy = { signers: [testAccount.address], now: clock() };
    const { report } = await verifyAttestation(attestation, policy);
    expect(report).toMatchObject({
      verdict: 'under-backed',
      asset: { id: assetId },
      pool: { name: 'vault', assets: [one.id, 'two'] },
      reserves: { sats: '100' },
      surplus: { amount: (-20n * 10n ** 10n).toString() },
    });
  }
  expect((await store.latest('two'))?.attestation.report.asset.id).toBe('two');
});

it('a clock that jumps signs nothing, withholds the answer, and hides no later one', async () => {
  const network = bitcoinNetworks.find(({ name }) => name === 'regtest');
  const sample = assetOf(sampleReport());
  const [deployment] = sample.deployments;
  const [address] = sample.custody;
  if (!network || !deployment || !address) throw new Error('the sample is empty');
  const asset = { ...sample, network, deployments: [deployment], custody: [address] };
  const store = createMemoryStore();
  let wall = 65_000;
  let steady = 0;
  let sats = 100n;
  const clock = () => UnixTime(wall);
  const audit = (guard: ClockGuard) =>
    attestAssets(
      auditSubject(registryOf(asset), asset),
      [asset],
      {},
      {
        bitcoin: [scriptBitcoin(asset, { operator: 'a', holdings: () => sats })],
        supply: [scriptSupply(ChainId(deployment.chain), { operator: 'x', amount: () => 60n })],
        guard,
        account: testAccount,
        store,
      },
    );
  const statusNow = async () => {
    const latest = await store.latest(asset.id);
    return latest && backingStatus(latest, clock());
  };

  // An hour ahead, which no Bitcoin block can tell; a guard that begins then takes it as right.
  wall += 3600;
  await audit(createClockGuard({ clock, steady: () => steady }));
  wall -= 3600;
  const guard = createClockGuard({ clock, steady: () => steady });
  expect(await statusNow()).toBe('indeterminate');

  sats = 50n;
  await expectCode(() => audit(guard), 'CLOCK_UNSURE');
  wall += 3600;
  steady += 3600;
  expect((await store.latest(asset.id))?.withheld?.code).toBe('CLOCK_UNSURE');
  expect(await statusNow()).toBe('indeterminate');

  await audit(guard);
  expect(await statusNow()).toBe('under-backed');
  expect((await store.latest(asset.id))?.withheld).toBeUndefined();
});
