import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import { Report } from '../../../src/attest/report.ts';
import { rejection } from '../../support/rejection.ts';
import type { SampleExclusion, SampleRate } from '../../support/sampleLiability.ts';
import { sampleFigures, sampleReport } from '../../support/sampleReport.ts';

/** The sample with one thing changed, as a careless or lying signer would. */
function changed(change: (report: Report) => void, report = sampleReport()): Report {
  change(report);
  return report;
}

function first<T>(list: readonly T[]): T {
  const [member] = list;
  if (member === undefined) throw new Error('the list is empty');
  return member;
}

function known<T>(value: T | null): T {
  if (value === null) throw new Error('it is null');
  return value;
}

const [one, two] = sampleFigures.deployments.map(({ token }) => token);
if (one === undefined || two === undefined) throw new Error('the sample has no two deployments');
const feed = 'eip155:1:0x5c29868C58b6e15e2b962943278969Ab6a7D3212';
const holder = '0x1290A6b480f7eF14925229fdB66f5680aD8F44AD';
const lockbox = { token: one, holder, reason: 'lockbox', countedAs: [two] } as const;
const rate = { tokens: [one, two], feed, rate: 101_000_000n, decimals: 8 };

/** A sample whose supply is 19.5 in one deployment and 20 in another, by a formula. */
function withFormula(excluded: readonly SampleExclusion[], rates: readonly SampleRate[] = []) {
  return sampleReport({ liability: { excluded, rates } });
}

const exact = () => withFormula([{ ...lockbox, amount: 500_000_000n }], [rate]);
const limited = () => withFormula([{ ...lockbox, amount: null }]);

function formula({ supply }: Report) {
  if (!supply.liability) throw new Error('the sample has no formula');
  return supply.liability;
}

describe('checkReport', () => {
  it.each([
    ['backed', sampleReport()],
    ['under-backed', sampleReport({ addresses: [1n, 2n] })],
    ['partial, yet backed', sampleReport({ gaps: ['reserves'] })],
    ['partial in its supply', sampleReport({ gaps: ['supply'] })],
    ['skewed', sampleReport({ maxSkewSeconds: 1 })],
    ['without reserves', sampleReport({ addresses: [1n, null] })],
    ['without any deployment', sampleReport({ deployments: [] })],
    ['by a formula', exact()],
    ['limited, and so backed', limited()],
    [
      'limited, and short of it',
      sampleReport({
        addresses: [3_949_999_999n],
        liability: { excluded: [{ ...lockbox, amount: null }], rates: [] },
      }),
    ],
    ['without a rate', withFormula([], [{ ...rate, rate: null }])],
    ['faulty', sampleReport({ faults: [{ code: 'SOURCE_TIMEOUT', message: 'no answer' }] })],
  ])('finds nothing in a report that is %s', (_, report) => {
    expect(() => checkReport(report)).not.toThrow();
  });

  it('finds nothing where a second source of an operator is silent', () => {
    const fault = { code: 'SOURCE_TIMEOUT', message: 'no answer' };
    const report = changed(({ supply, reserves }) => {
      const [said, held] = [first(supply.deployments).observations, reserves.observations];
      said.push({ ...first(said), amount: null, point: null, agrees: false, fault });
      held.push({ ...first(held), sats: null, agrees: false, fault });
    });
    expect(() => checkReport(report)).not.toThrow();
  });

  it.each<[string, string, (report: Report) => void]>([
    [
      'an address twice',
      'reserves.addresses',
      ({ reserves }) => reserves.addresses.push(first(reserves.addresses)),
    ],
    [
      'an address with something about it',
      'reserves.addresses[0].address',
      ({ reserves }) => {
        first(reserves.addresses).address += ' ';
      },
    ],
    [
      'a moment of another day than its block',
      'reserves.moment.time',
      ({ reserves }) => {
        const { height = 0, time = 0 } = reserves.point ?? {};
        const [fromHeight, toHeight] = [height - 5, height + 5];
        reserves.moment = { time: time + 86_401, doubtSeconds: 0, fromHeight, toHeight };
      },
    ],
    [
      'an address with a better grade than its share was summed with',
      'reserves.grades.proven',
      ({ reserves }) => {
        for (const one of reserves.addresses) one.grade = 'proven';
      },
    ],
    [
      'a grade with more of the supply than it holds',
      'reserves.grades.proven',
      ({ reserves }) => {
        reserves.grades.proven.ratio = '0.99000000';
      },
    ],
    [
      'a grade that is said to be unknown',
      'reserves.grades.claimed',
      ({ reserves }) => {
        reserves.grades.claimed.sats = null;
      },
    ],
    [
      'a claim that is not compared with its own figure',
      'claims[0].difference',
      ({ claims }) => {
        claims.push({
          kind: 'issuer-feed',
          name: 'a feed',
          side: 'reserves',
          amount: '4000000000',
          decimals: 8,
          publishedAt: null,
          stale: null,
          difference: '1',
        });
      },
    ],
    [
      'a figure of fewer operators than the policy asks for',
      'reserves.observations',
      ({ policy }) => {
        policy.quorum = 2;
      },
    ],
    [
      'operators that were never asked',
      'reserves.agreement',
      ({ reserves }) => {
        reserves.agreement = { operators: 2, of: 2 };
      },
    ],
    [
      'an observation that agrees and says something else',
      'reserves.observations',
      ({ reserves }) => {
        first(reserves.observations).sats = '1';
      },
    ],
    [
      'reserves by an operator whose second source gives another sum',
      'reserves.agreement',
      ({ reserves }) => {
        reserves.observations.push({ ...first(reserves.observations), sats: '1', agrees: false });
      },
    ],
    [
      'reserves by an operator whose second source names another block',
      'reserves.agreement',
      ({ reserves }) => {
        const one = first(reserves.observations);
        const point = { ...known(one.point), hash: 'f'.repeat(64) };
        reserves.observations.push({ ...one, point, sats: null, agrees: false });
      },
    ],
    [
      'reserves by an operator who says two things of one output',
      'reserves.agreement',
      ({ reserves }) => {
        const { operator } = first(reserves.observations);
        const claims = ['1', '2'].map((sats) => ({ operator, sats }));
        const { address } = first(reserves.addresses);
        reserves.disputes = [{ address, outpoint: null, claims }];
      },
    ],
    [
      'reserves by an operator who contradicts himself and is shown as agreeing',
      'reserves.observations',
      ({ reserves }) => {
        const one = first(reserves.observations);
        reserves.observations.push(
          { ...one, sats: '1', agrees: false },
          { ...one, operator: 'another' },
        );
        reserves.agreement = { operators: 1, of: 2 };
      },
    ],
    [
      'a supply by an operator whose second source gives another',
      'supply.deployments[0].agreement',
      ({ supply }) => {
        const { observations } = first(supply.deployments);
        observations.push({ ...first(observations), amount: '1', agrees: false });
      },
    ],
    [
      'a supply by an operator whose second source denies that there is such a token',
      'supply.deployments[0].agreement',
      ({ supply }) => {
        const { observations } = first(supply.deployments);
        const fault = { code: 'TOKEN_NO_CODE', message: 'no code' };
        const one = first(observations);
        observations.push({ ...one, amount: null, point: null, agrees: false, fault });
      },
    ],
    [
      'a supply of fewer operators than are counted',
      'supply.deployments[0].agreement',
      ({ supply }) => {
        first(first(supply.deployments).observations).agrees = false;
      },
    ],
    [
      'a lower bound beside the whole',
      'reserves.atLeast',
      ({ reserves }) => {
        reserves.atLeast = { sats: '1', addresses: 1, of: 40 };
      },
    ],
    [
      'a verdict on bounds that has the whole',
      'restsOnBounds',
      (report) => {
        report.restsOnBounds = true;
      },
    ],
    [
      'a sum that is not the sum',
      'reserves.sats',
      ({ reserves }) => {
        first(reserves.addresses).sats = '100000001';
      },
    ],
    [
      'a sum with an unknown part',
      'reserves.sats',
      ({ reserves }) => {
        first(reserves.addresses).sats = null;
      },
    ],
    [
      'more than 21 million BTC',
      'reserves.sats',
      ({ reserves }) => {
        reserves.sats = '2100000000000001';
      },
    ],
    [
      'reserves without a block',
      'reserves.sats',
      ({ reserves, supply }) => {
        reserves.point = null;
        for (const one of supply.deployments) one.skewSeconds = null;
      },
    ],
    [
      'reserves at a block of another kind of chain',
      'reserves.point',
      ({ reserves }) => {
        known(reserves.point).chain = 'eip155:1';
      },
    ],
    [
      'a tip below the audited block',
      'reserves.tip',
      ({ reserves }) => {
        known(reserves.tip).height = 1;
      },
    ],
    [
      'a count of outputs that is not the sum',
      'reserves.utxos',
      ({ reserves }) => {
        reserves.utxos = 41;
      },
    ],
    [
      'a deployment twice',
      'supply.deployments',
      ({ supply }) => supply.deployments.push(first(supply.deployments)),
    ],
    [
      "another chain's block",
      'supply.deployments[0]',
      ({ supply }) => {
        known(first(supply.deployments).point).chain = 'eip155:1';
      },
    ],
    [
      'a skew that does not follow',
      'supply.deployments[0].skewSeconds',
      ({ supply }) => {
        first(supply.deployments).skewSeconds = 0;
      },
    ],
    [
      'a supply that is not the sum',
      'supply.amount',
      ({ supply }) => {
        first(supply.deployments).amount = '1';
      },
    ],
    [
      'a sum of unknown supplies',
      'supply.amount',
      ({ supply }) => {
        first(supply.deployments).amount = null;
      },
    ],
    [
      'another surplus',
      'surplus',
      (report) => {
        report.surplus = null;
      },
    ],
    [
      'a ratio rounded up',
      'ratio',
      (report) => {
        report.ratio = '1.01265823';
      },
    ],
    [
      'a window elsewhere',
      'window',
      ({ window }) => {
        known(window).fromHeight -= 1;
      },
    ],
    [
      'a window without its own reserves',
      'window.reserves',
      ({ window }) => {
        known(window).reserves.highestSats = '1';
      },
    ],
    [
      'a window without its own supply',
      'window.supply',
      ({ window }) => {
        known(window).supply.lowest = '39500000000000000001';
      },
    ],
    [
      'a window that claims to hold',
      'window.holdsAcrossWindow',
      ({ window }) => {
        known(window).reserves.lowestSats = '0';
      },
    ],
    [
      'a verdict against its figures',
      'verdict',
      (report) => {
        report.verdict = 'under-backed';
      },
    ],
    [
      'a verdict despite a fault',
      'verdict',
      ({ reasons }) => reasons.push({ code: 'SOURCE_TIMEOUT', message: 'no answer' }),
    ],
    [
      'a reason against being backed',
      'reasons',
      ({ reasons }) => reasons.push({ code: 'COVERAGE_PARTIAL', message: 'a wallet' }),
    ],
    [
      'a look at a block that no node would have had yet',
      'observedAt',
      (report) => {
        report.observedAt = known(report.reserves.point).time - 7201;
        report.validUntil = report.observedAt + report.policy.validForSeconds;
      },
    ],
    [
      'another validity than its policy',
      'validUntil',
      (report) => {
        report.validUntil += 1;
      },
    ],
  ])('finds %s', async (_, field, change) => {
    const error = await rejection(() => checkReport(changed(change)));
    expect(error.code).toBe('ATTESTATION_STATEMENT_MISMATCH');
    expect(error.facts.field).toBe(field);
  });

  it('allows a block to be ahead of the clock as far as nodes do', () => {
    const early = changed((report) => {
      report.observedAt = known(report.reserves.point).time - 7200;
      report.validUntil = report.observedAt + report.policy.validForSeconds;
    });
    expect(() => checkReport(early)).not.toThrow();
  });

  it('finds a side called complete whose figure is not known', async () => {
    const reserves = changed(
      (report) => {
        report.reserves.complete = true;
      },
      sampleReport({ addresses: [null] }),
    );
    expect((await rejection(() => checkReport(reserves))).facts.field).toBe('reserves.complete');
    const supply = changed(
      (report) => {
        report.supply.complete = true;
      },
      sampleReport({ deployments: [] }),
    );
    expect((await rejection(() => checkReport(supply))).facts.field).toBe('supply.complete');
  });

  it('finds an indeterminate verdict without a reason', async () => {
    const silent = changed(
      (report) => {
        report.reasons = [];
      },
      sampleReport({ gaps: ['supply'] }),
    );
    expect((await rejection(() => checkReport(silent))).facts.field).toBe('reasons');
  });
});

describe('checkReport: a supply by a formula', () => {
  it('is backed by what the limit is, and says so', () => {
    expect(limited()).toMatchObject({
      verdict: 'backed',
      restsOnBounds: true,
      supply: {
        amount: null,
        atLeast: { amount: `${20n * 10n ** 18n}`, deployments: 1, of: 2 },
        atMost: { amount: `${395n * 10n ** 17n}`, deployments: 2, of: 2 },
      },
      surplus: { amount: `${5n * 10n ** 17n}` },
    });
  });

  it.each<[string, string, () => Report, (report: Report) => void]>([
    [
      'a limit beside a known figure',
      'supply.atMost',
      exact,
      ({ supply }) => {
        supply.atMost = { amount: '1', deployments: 2, of: 2 };
      },
    ],
    [
      'an upper limit below the known figures',
      'supply.atMost',
      limited,
      ({ supply }) => {
        known(supply.atMost).amount = `${39n * 10n ** 18n}`;
      },
    ],
    [
      'an upper limit of fewer deployments',
      'supply.atMost',
      limited,
      ({ supply }) => {
        known(supply.atMost).deployments = 1;
      },
    ],
    [
      'one limit hidden behind the other',
      'supply.atLeast',
      limited,
      ({ supply }) => {
        supply.atLeast = null;
      },
    ],
    [
      'an upper limit where a rate is not known',
      'supply.atMost',
      () => withFormula([{ ...lockbox, amount: null }], [{ ...rate, tokens: [one], rate: null }]),
      ({ supply }) => {
        supply.atMost = { amount: '1', deployments: 2, of: 2 };
      },
    ],
    [
      'an upper limit where a supply is not known',
      'supply.atMost',
      () =>
        sampleReport({
          deployments: sampleFigures.deployments.map((each) =>
            each.token === two ? { ...each, amount: null } : each,
          ),
        }),
      ({ supply }) => {
        supply.atMost = { amount: '1', deployments: 2, of: 2 };
      },
    ],
    [
      'a verdict on a limit that the registry does not allow',
      'surplus',
      limited,
      ({ supply }) => {
        supply.atLeast = null;
        supply.atMost = null;
      },
    ],
    [
      'a verdict on a limit that does not say so',
      'restsOnBounds',
      limited,
      (report) => {
        report.restsOnBounds = false;
      },
    ],
    [
      'more taken off than the figure says',
      'supply.amount',
      exact,
      (report) => {
        first(formula(report).excluded).amount = '600000000';
      },
    ],
    [
      'a copy that two lockboxes count',
      'supply.liability',
      exact,
      (report) => {
        const twice = first(formula(report).excluded);
        formula(report).excluded.push({
          ...twice,
          holder: '0x3ee18B2214AFF97000D974cf647E7C347E8fa585',
        });
      },
    ],
    [
      'a holder with its chain before it',
      'supply.liability.excluded[0].holder',
      exact,
      (report) => {
        first(formula(report).excluded).holder = `eip155:31337:${holder}`;
      },
    ],
    [
      'a holding twice',
      'supply.liability',
      exact,
      (report) => formula(report).excluded.push(first(formula(report).excluded)),
    ],
    [
      'two rates for one token',
      'supply.liability',
      exact,
      (report) => formula(report).rates.push(first(formula(report).rates)),
    ],
    [
      'a holding that nobody vouches for',
      'supply.liability.excluded[0].agreement',
      exact,
      (report) => {
        first(formula(report).excluded).observations = [];
      },
    ],
    [
      'a holding of fewer operators than the quorum',
      'supply.liability.excluded[0].agreement',
      exact,
      (report) => {
        const holding = first(formula(report).excluded);
        first(holding.observations).agrees = false;
        holding.agreement.operators = 0;
      },
    ],
    [
      'a holding of which the operators say something else',
      'supply.liability.excluded[0].agreement',
      exact,
      (report) => {
        first(first(formula(report).excluded).observations).amount = '499999999';
      },
    ],
    [
      'a rate of which the operators say something else',
      'supply.liability.rates[0].agreement',
      exact,
      (report) => {
        first(first(formula(report).rates).observations).amount = '100000000';
      },
    ],
    [
      'a holding by an operator whose second source gives another',
      'supply.liability.excluded[0].agreement',
      exact,
      (report) => {
        const { observations } = first(formula(report).excluded);
        observations.push({ ...first(observations), amount: '1', agrees: false });
      },
    ],
    [
      'a rate by an operator whose second source says that it is stale',
      'supply.liability.rates[0].agreement',
      exact,
      (report) => {
        const { observations } = first(formula(report).rates);
        const fault = { code: 'SUPPLY_RATE_STALE', message: 'stale' };
        observations.push({ ...first(observations), amount: null, agrees: false, fault });
      },
    ],
    [
      'a holding without a block',
      'supply.liability.excluded[0]',
      exact,
      (report) => {
        first(formula(report).excluded).point = null;
      },
    ],
    [
      'a holding at another block than its token',
      'supply.liability.excluded[0].point',
      exact,
      (report) => {
        known(first(formula(report).excluded).point).height -= 1;
      },
    ],
    [
      "a rate at a block of the token's chain instead of the feed's",
      'supply.liability.rates[0].point',
      exact,
      (report) => {
        first(formula(report).rates).point = first(formula(report).excluded).point;
      },
    ],
    [
      'a rate for a token that is not counted',
      'supply.liability.rates[0]',
      exact,
      (report) => first(formula(report).rates).tokens.push('eip155:5/erc20:0x1'),
    ],
    [
      'an unknown holding without a reason',
      'supply.liability.excluded[0].fault',
      limited,
      (report) => {
        delete first(formula(report).excluded).fault;
      },
    ],
    [
      'a rate of long before',
      'verdict',
      exact,
      (report) => {
        known(first(formula(report).rates).point).time -= 3600;
      },
    ],
  ])('finds %s', async (_, field, build, change) => {
    const error = await rejection(() => checkReport(changed(change, build())));
    expect(error.code).toBe('ATTESTATION_STATEMENT_MISMATCH');
    expect(error.facts.field).toBe(field);
  });
});

describe('checkReport: the graph', () => {
  const copy = 'eip155:10/erc20:0x68f180fcCe6836688e9084f035309E29Bf0A2095';
  const whole = 10n ** 18n;

  /** 20 of the first deployment lie in a lockbox, and as many copies are minted. */
  function withGraph(): Report {
    const { supply, ...rest } = sampleReport();
    const [counted] = supply.deployments;
    if (!counted) throw new Error('the sample has no deployment');
    const none = { point: null, around: null };
    return {
      ...rest,
      supply,
      graph: {
        deployments: [
          {
            token: counted.token,
            kind: 'canonical',
            lockbox: null,
            amount: counted.amount,
            decimals: counted.decimals,
            ...none,
          },
          {
            token: copy,
            kind: 'bridged',
            lockbox: 'a',
            amount: '300000000',
            decimals: 8,
            ...none,
          },
        ],
        edges: [
          {
            lockbox: 'a',
            contract: `eip155:1:${holder}`,
            locks: counted.token,
            copies: [copy],
            locked: (3n * whole).toString(),
            lockedPoint: null,
            lockedAround: null,
            minted: (3n * whole).toString(),
            surplus: '0',
            ratio: '1.00000000',
            verdict: 'backed',
            reason: '',
          },
        ],
      },
    };
  }
  const graphOf = ({ graph }: Report) => known(graph);

  it('finds nothing where the edges follow from the figures', () => {
    expect(() => checkReport(withGraph())).not.toThrow();
  });

  it('takes a report that says why a figure is not known, and one that does not', () => {
    const unread = withGraph();
    const edge = first(graphOf(unread).edges);
    Object.assign(edge, { locked: null, surplus: null, ratio: null, verdict: 'unknown' });
    expect(() => checkReport(unread)).not.toThrow();
    edge.lockedFault = { code: 'SOURCE_UNREACHABLE', message: 'no answer' };
    expect(() => checkReport(unread)).not.toThrow();
    edge.minted = null;
    Object.assign(known(graphOf(unread).deployments[1] ?? null), {
      amount: null,
      fault: { code: 'SOURCE_UNREACHABLE', message: 'no answer' },
    });
    expect(() => checkReport(unread)).not.toThrow();
  });

  it.each<[string, string, (report: Report) => void]>([
    [
      'copies of which more are minted than the edge says',
      'graph.edges[0]',
      (report) => {
        known(graphOf(report).deployments[1] ?? null).amount = '400000000';
      },
    ],
    [
      'a copy that is not listed',
      'graph.edges[0]',
      (report) => {
        first(graphOf(report).edges).copies = ['eip155:10/erc20:0x'];
      },
    ],
    [
      'more locked than there is',
      'graph.edges[0]',
      (report) => {
        const edge = first(graphOf(report).edges);
        edge.locked = (100n * whole).toString();
        edge.surplus = (97n * whole).toString();
        edge.ratio = '33.33333333';
      },
    ],
    [
      'a supply that is another than is counted',
      'graph.deployments[0]',
      (report) => {
        first(graphOf(report).deployments).amount = '1';
      },
    ],
    [
      'a deployment that is counted, and called a copy',
      'graph.deployments[0]',
      (report) => {
        first(graphOf(report).deployments).kind = 'bridged';
      },
    ],
    [
      'a part of a canonical deployment that is not covered',
      'graph.edges[0]',
      (report) => {
        const edge = first(graphOf(report).edges);
        edge.copies = [first(graphOf(report).deployments).token];
        edge.minted = null;
        edge.surplus = null;
        edge.ratio = null;
      },
    ],
    [
      'why a supply is not known that is',
      'graph.deployments[1].fault',
      (report) => {
        known(graphOf(report).deployments[1] ?? null).fault = { code: 'A', message: '' };
      },
    ],
    [
      'why it is not known what lies in a lockbox, where it is',
      'graph.edges[0].lockedFault',
      (report) => {
        first(graphOf(report).edges).lockedFault = { code: 'A', message: '' };
      },
    ],
    [
      'a copy at two edges',
      'graph.edges',
      (report) =>
        graphOf(report).edges.push({
          ...first(graphOf(report).edges),
          lockbox: 'x',
          contract: null,
        }),
    ],
    [
      'a deployment of the graph twice, in another case',
      'graph.deployments',
      (report) => {
        const { deployments } = graphOf(report);
        const one = first(deployments);
        deployments.push({ ...one, token: one.token.toLowerCase() });
      },
    ],
    [
      'a deployment of the graph twice',
      'graph.deployments',
      (report) => graphOf(report).deployments.push(first(graphOf(report).deployments)),
    ],
  ])('finds %s', async (_, field, change) => {
    const error = await rejection(() => checkReport(changed(change, withGraph())));
    expect(error.code).toBe('ATTESTATION_STATEMENT_MISMATCH');
    expect(error.facts.field).toBe(field);
  });
});

describe('checkReport: moments', () => {
  it('finds a window around a supply by a formula', async () => {
    const report = changed((one) => {
      const { sats, point } = one.reserves;
      one.window = {
        fromHeight: known(point).height,
        toHeight: known(point).height,
        reserves: { lowestSats: known(sats), highestSats: known(sats) },
        supply: {
          lowest: known(one.supply.amount),
          highest: known(one.supply.amount),
          decimals: 18,
        },
        holdsAcrossWindow: true,
      };
    }, exact());
    expect((await rejection(() => checkReport(report))).facts.field).toBe('window');
  });

  it('finds two blocks of one chain that was read at one', async () => {
    const report = onOneChain('eip155:31337', 'block');
    const second = first(report.supply.deployments.slice(1));
    second.point = { ...known(second.point), hash: `0x${'e'.repeat(64)}` };
    expect((await rejection(() => checkReport(report))).facts.field).toBe('supply.deployments[1]');
  });

  it.each(['eip155:31337', 'aptos:1', 'tron:0x2b6653dc', 'newkind:main'])(
    'asks no chain for its name: figures of %s are as they say themselves',
    async (chain) => {
      for (const read of ['block', 'now'] as const) {
        expect(() => checkReport(onOneChain(chain, read))).not.toThrow();
      }
      const two = onOneChain(chain, 'block');
      const exclusion = first(formula(two).excluded);
      exclusion.point = { ...known(exclusion.point), height: 5 };
      const { code, facts } = await rejection(() => checkReport(two));
      expect([code, facts.field]).toEqual([
        'ATTESTATION_STATEMENT_MISMATCH',
        'supply.liability.excluded[0].point',
      ]);
    },
  );

  it('finds a figure that ends before it begins', async () => {
    const report = onOneChain('newkind:main', 'now');
    const { around } = first(report.supply.deployments);
    known(around).to.height -= 2;
    expect((await rejection(() => checkReport(report))).facts.field).toBe(
      'supply.deployments[0].around',
    );
  });
});

/** The sample by a formula, all of its figures on one chain, at one block of it or around two. */
function onOneChain(chain: string, read: 'block' | 'now'): Report {
  const moved = JSON.parse(
    JSON.stringify(exact())
      .replaceAll(/eip155:3133[78]/g, chain)
      .replaceAll('eip155:1:', `${chain}:`),
  );
  const report = Report.parse(moved);
  const { deployments } = report.supply;
  const block = known(first(deployments).point);
  const { excluded, rates } = formula(report);
  for (const figure of [...deployments, ...excluded, ...rates]) figure.point = { ...block };
  for (const one of deployments) {
    one.skewSeconds = first(deployments).skewSeconds;
    for (const said of one.observations) said.point = { ...block };
  }
  if (read === 'block') return report;
  // What an issuer owes is read after the supplies, so that it is of later blocks.
  const later = { ...block, height: block.height + 3 };
  for (const one of deployments)
    one.around = { from: block, to: { ...block, height: block.height + 1 } };
  for (const one of excluded)
    Object.assign(one, { point: later, around: { from: later, to: later } });
  return report;
}

describe('checkReport: disputes', () => {
  const outpoint = `${'a'.repeat(64)}:0`;
  const claimed = (address: string, ...claims: readonly [string, string | null][]) => ({
    address,
    outpoint,
    claims: claims.map(([operator, sats]) => ({ operator, sats })),
  });
  const disputed = (...disputes: Report['reserves']['disputes']) =>
    changed(({ reserves }) => reserves.disputes.push(...disputes));

  it('finds an output that one operator gives to two addresses', async () => {
    const report = disputed(
      claimed('a', ['ann', '5'], ['bob', null]),
      claimed('b', ['ann', '5'], ['bob', null]),
    );
    expect((await rejection(() => checkReport(report))).facts.field).toBe('reserves.disputes[1]');
  });

  /** A report that these operators were asked for, of whom so many are said to agree. */
  const askedOf = (
    said: Readonly<Record<string, string | null>>,
    operators: number,
    disputes: Report['reserves']['disputes'] = [],
  ) =>
    changed(({ reserves }) => {
      const [honest] = reserves.observations;
      if (!honest) throw new Error('the sample has no observation');
      reserves.observations = Object.entries(said).map(([operator, sats]) => ({
        ...honest,
        ...{ operator, source: operator, sats, agrees: sats === reserves.sats },
      }));
      reserves.agreement = { operators, of: reserves.observations.length };
      reserves.disputes = disputes;
    });
  const { sats } = sampleReport().reserves;

  it('finds more operators counted than a dispute leaves', () => {
    const twice: [string, string | null][] = [
      ['ann', '5'],
      ['ann', null],
      ['bob', '5'],
      ['bob', null],
    ];
    const said = { ann: null, bob: null, eve: sats };
    const report = (operators: number) =>
      askedOf(said, operators, [claimed('a', ...twice, ['eve', '5'])]);
    expect(() => checkReport(report(1))).not.toThrow();
    expect(() => checkReport(report(2))).toThrow('counts more operators than agree');
    const split = claimed('a', ['ann', '5'], ['bob', '6'], ['eve', '5']);
    expect(() => checkReport(askedOf(said, 2, [split]))).not.toThrow();
    expect(() => checkReport(askedOf(said, 3, [split]))).toThrow('counts more operators');
  });

  it('finds an operator of another sum counted, or no word of what he says', () => {
    const said = { ann: '1', eve: sats };
    const told = [claimed('a', ['ann', '1'], ['eve', '5'])];
    expect(() => checkReport(askedOf(said, 1, told))).not.toThrow();
    expect(() => checkReport(askedOf(said, 2, told))).toThrow('that has another sum');
    expect(() => checkReport(askedOf(said, 1))).toThrow('do not tell what ann says');
  });

  it('lets operators differ about where it lies, and one contradict himself', () => {
    const report = disputed(
      claimed('a', ['ann', '5'], ['bob', null], ['eve', '5'], ['eve', null]),
      claimed('b', ['ann', null], ['bob', '5'], ['eve', '5'], ['eve', null]),
    );
    expect(() => checkReport(report)).not.toThrow();
  });
});
