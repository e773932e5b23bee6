import { expect, it } from 'vitest';
import { verifyAttestation } from '../../../src/attest/verifyAttestation.ts';
import { attestAssets } from '../../../src/audit/attestAssets.ts';
import { bitcoinNetworks } from '../../../src/core/bitcoinNetwork.ts';
import { ChainId } from '../../../src/core/caip.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { auditSubject } from '../../../src/registry/auditSubject.ts';
import { createMemoryStore } from '../../../src/store/memoryStore.ts';
import { assetOf, registryOf, testAccount } from '../../support/attestations.ts';
import { sampleReport } from '../../support/sampleReport.ts';
import { scriptBitcoin, scriptSupply } from '../../support/scriptedSources.ts';

it('a pool is audited once and attested for each of its assets, never split', async () => {
  const network = bitcoinNetworks.find(({ name }) => name === 'mainnet');
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
    clock,
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
