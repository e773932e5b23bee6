import { describe, expect, it } from 'vitest';
import { checkReport } from '../../../src/attest/checkReport.ts';
import type { Report } from '../../../src/attest/report.ts';
import { rejection } from '../../support/rejection.ts';
import { sampleReport } from '../../support/sampleReport.ts';

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

describe('checkReport', () => {
  it.each([
    ['backed', sampleReport()],
    ['under-backed', sampleReport({ addresses: [1n, 2n] })],
    ['partial, yet backed', sampleReport({ gaps: ['reserves'] })],
    ['partial in its supply', sampleReport({ gaps: ['supply'] })],
    ['skewed', sampleReport({ maxSkewSeconds: 1 })],
    ['without reserves', sampleReport({ addresses: [1n, null] })],
    ['without any deployment', sampleReport({ deployments: [] })],
    ['faulty', sampleReport({ faults: [{ code: 'SOURCE_TIMEOUT', message: 'no answer' }] })],
  ])('finds nothing in a report that is %s', (_, report) => {
    expect(() => checkReport(report)).not.toThrow();
  });

  it.each<[string, string, (report: Report) => void]>([
    [
      'an address twice',
      'reserves.addresses',
      ({ reserves }) => reserves.addresses.push(first(reserves.addresses)),
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
