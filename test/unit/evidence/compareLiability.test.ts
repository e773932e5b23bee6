import { describe, expect, it } from 'vitest';
import { verifyBundle } from '../../../src/evidence/verifyBundle.ts';
import {
  buildEvidence,
  type EvidenceFormula,
  inPieces,
  writeFileOf,
} from '../../support/evidenceSetting.ts';
import { makeDeployment } from '../../support/registryBuilder.ts';
import { rejection } from '../../support/rejection.ts';
import { sampleFigures } from '../../support/sampleReport.ts';

const [one, two] = sampleFigures.deployments;
if (one === undefined || two === undefined) throw new Error('the sample has no two deployments');
const adapter = '0x1290A6b480f7eF14925229fdB66f5680aD8F44AD';
const treasury = '0x0555E30da8f98308EdB960aa94C0Db47230d2B9c';
const feed = 'eip155:1:0x5c29868C58b6e15e2b962943278969Ab6a7D3212';
const provenance = ['issuer'];

/** 4 of 19.5 are with the issuer, and 5 in a lockbox, copied among the 20; each token is 1.01 BTC. */
const formula: EvidenceFormula = {
  liability: {
    excluded: [
      {
        token: one.token,
        holder: adapter,
        reason: 'lockbox',
        countedAs: [two.token],
        amount: 500_000_000n,
      },
      { token: one.token, holder: treasury, amount: 400_000_000n },
    ],
    rates: [{ tokens: [one.token, two.token], feed, rate: 101_000_000n, decimals: 8 }],
  },
  asset: {
    deployments: [
      makeDeployment({ token: one.token, decimals: one.decimals }),
      makeDeployment({ token: two.token, decimals: two.decimals, lockbox: 'bridge' }),
    ],
    lockboxes: {
      bridge: {
        contract: `eip155:31337:${adapter}`,
        kind: 'oft-adapter',
        locks: one.token,
        provenance,
      },
    },
    feeds: [
      {
        contract: feed,
        kind: 'chainlink-exchange-rate',
        name: 'dBTC / BTC',
        decimals: 8,
        heartbeatSeconds: 86_400,
        provenance,
      },
    ],
    liability: {
      exclude: [
        { token: one.token, holder: adapter, reason: 'lockbox', provenance },
        { token: one.token, holder: treasury, reason: 'unissued', provenance },
      ],
      rates: [{ tokens: [one.token, two.token], feed, provenance }],
    },
  },
};

async function verifyWith(
  liability: EvidenceFormula['liability'],
  asset: EvidenceFormula['asset'] = formula.asset,
) {
  const { records, report } = buildEvidence('linked', { liability, asset });
  const { file } = await writeFileOf(records);
  return verifyBundle(inPieces(file), report);
}

async function fieldOf(attempt: () => Promise<unknown>): Promise<unknown> {
  const { code, facts } = await rejection(attempt);
  expect(code).toBe('EVIDENCE_FIGURES_MISMATCH');
  return facts.field;
}

describe('the evidence of a supply by a formula', () => {
  it('is held to the registry, and proves no holding and no rate', async () => {
    const { proved, notProven, unproven } = await verifyWith(formula.liability);
    expect(unproven).toEqual({ excluded: 2, rates: 1 });
    expect(proved[0]).toContain('what is taken off the supply and whose rates are taken');
    const word = 'the word of 1 operator named in the report (127.0.0.1:8545)';
    expect(notProven).toContain(
      `That ${treasury} has 4.00000000 of ${one.token}, and that it is no debt (unissued): nothing here proves it; the amount rests on ${word}, the reason on the registry.`,
    );
    expect(notProven).toContain(
      `That each of 2 tokens stands for 1.01000000 BTC: nothing here proves it; this rests on ${word}, and on the word of the feed ${feed}.`,
    );
  });

  it('says which holdings are not established, where the verdict rests on a limit', async () => {
    const [lockbox, unissued] = formula.liability.excluded;
    if (!lockbox || !unissued) throw new Error('the formula excludes nothing');
    const liability = {
      ...formula.liability,
      excluded: [lockbox, { ...unissued, amount: null }],
    };
    const { proved, notProven } = await verifyWith(liability);
    expect(proved.at(-1)).toContain('the verdict backed');
    expect(notProven).toContain(
      `What ${treasury} has of ${one.token}: it is not established, and nothing is taken off for it.`,
    );
  });

  it('is refused for a report that excludes more than the registry, or for other reasons', async () => {
    const { excluded, rates } = formula.liability;
    const [lockbox, unissued] = excluded;
    if (!lockbox || !unissued) throw new Error('the formula excludes nothing');
    const more = { ...unissued, holder: '0x3ee18B2214AFF97000D974cf647E7C347E8fa585' };
    const { countedAs: _, ...uncapped } = lockbox;
    for (const changed of [
      [...excluded, more],
      [lockbox],
      [lockbox, more],
      [{ ...lockbox, countedAs: [] }, unissued],
      [uncapped, unissued],
      [{ ...lockbox, reason: 'burnt' as const }, unissued],
      [unissued, lockbox],
    ]) {
      expect(await fieldOf(() => verifyWith({ excluded: changed, rates }))).toBe(
        'supply.liability.excluded',
      );
    }
  });

  it('is refused for a report whose rates are not those of the registry', async () => {
    const [rate] = formula.liability.rates;
    if (!rate) throw new Error('the formula has no rate');
    const other = 'eip155:1:0x3ee18B2214AFF97000D974cf647E7C347E8fa585';
    for (const changed of [
      [],
      [{ ...rate, tokens: [one.token] }],
      [{ ...rate, feed: other }],
      // The same digits with more decimals are a smaller rate.
      [{ ...rate, decimals: 9 }],
    ]) {
      expect(await fieldOf(() => verifyWith({ ...formula.liability, rates: changed }))).toBe(
        'supply.liability.rates',
      );
    }
  });

  it('is refused for a report without the formula, and for one with a formula of its own', async () => {
    const { liability: _, ...plain } = formula.asset;
    expect(await fieldOf(() => verifyWith({ excluded: [], rates: [] }))).toBe(
      'supply.liability.excluded',
    );
    expect(await fieldOf(() => verifyWith(formula.liability, plain))).toBe('supply.liability');
  });

  it('is refused for a limit of a supply of which the registry lacks something', async () => {
    const [lockbox, unissued] = formula.liability.excluded;
    if (!lockbox || !unissued) throw new Error('the formula excludes nothing');
    const liability = {
      ...formula.liability,
      excluded: [lockbox, { ...unissued, amount: null }],
    };
    const gap = { side: 'supply', what: 'A copy.', why: 'Not found.' };
    const partial = { ...formula.asset, coverage: { status: 'partial', missing: [gap] } };
    expect(await fieldOf(() => verifyWith(liability, partial))).toBe('supply');
    const retired = { ...formula.asset, coverage: { status: 'retired' } };
    expect(await fieldOf(() => verifyWith(liability, retired))).toBe('supply');
  });
});
