import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceOutcome } from '../../src/audit/askSources.ts';
import { chooseBitcoinPoint } from '../../src/audit/chooseBitcoinPoint.ts';
import { observeHoldings } from '../../src/audit/observeHoldings.ts';
import { observeLatest } from '../../src/audit/observeLatest.ts';
import { observePoint } from '../../src/audit/observePoint.ts';
import { observeRate } from '../../src/audit/observeRate.ts';
import { observeReserves } from '../../src/audit/observeReserves.ts';
import { observeSupply } from '../../src/audit/observeSupply.ts';
import { reportOpinions } from '../../src/audit/reportOpinions.ts';
import { AssayError } from '../../src/core/assayError.ts';
import { ChainId, TokenId } from '../../src/core/caip.ts';
import type { ChainPoint } from '../../src/core/chainPoint.ts';
import { quorumHeight } from '../../src/core/quorumHeight.ts';
import { UnixTime } from '../../src/core/unixTime.ts';
import { parseContract } from '../../src/registry/parseContract.ts';
import type { LatestSupplySource } from '../../src/supply/latestSupplySource.ts';
import type { SupplySource } from '../../src/supply/supplySource.ts';
import { auditedAsset, ethereum } from '../support/auditedAsset.ts';
import { createRegtestHeaders, type RegtestHeaders } from '../support/regtestHeaders.ts';
import {
  everyTenMinutes,
  pointAt,
  scriptBitcoin,
  scriptSupply,
} from '../support/scriptedSources.ts';

/** What one source says; null: it denies that there is such a figure. */
interface Said {
  readonly operator: string;
  readonly value: number | null;
}

/** What assay makes of what is said: the value that it takes, if any, and who is said to agree. */
interface Made {
  readonly value: bigint | number | null;
  readonly agreeing?: readonly string[];
}

const solana = ChainId('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp');
const holder = '0x52908400098527886E0F7030069857D2E4169EE7';
const [deployment] = auditedAsset.deployments;
const [custody] = auditedAsset.custody;
if (!deployment || !custody) throw new Error('the asset has no deployment or no address');
const regtest = auditedAsset.network;
/** Bitcoin chains that differ in their hashes, and such that differ in the times of their blocks. */
const chainOf = memoise((fork) => createRegtestHeaders(everyTenMinutes, () => fork));
const timedOf = memoise((later) =>
  createRegtestHeaders((height) => everyTenMinutes(height) + later),
);
const at = pointAt(ethereum, 5_000, 60_000);
const feed = {
  contract: parseContract(`${ethereum}:0xde709f2102306220921060314715629080e2fb77`),
  kind: 'chainlink-exchange-rate' as const,
  name: 'Rate',
  decimals: 8,
  provenance: [],
};
const denied = new AssayError('TOKEN_REVERTED');

function amounts(figure: bigint | AssayError, outcomes: readonly SourceOutcome<bigint>[]): Made {
  const { observations, agreement } = reportOpinions(figure, outcomes, (amount) => amount);
  const agreeing = observations.flatMap(({ agrees, operator }) => (agrees ? [operator] : []));
  expect(agreement.operators).toBe(new Set(agreeing).size);
  return { value: typeof figure === 'bigint' ? figure : null, agreeing };
}

function made(point: ChainPoint | AssayError, seen: (point: ChainPoint) => number): Made {
  return { value: point instanceof AssayError ? null : seen(point) };
}

function memoise(make: (key: number) => RegtestHeaders): (key: number) => RegtestHeaders {
  const known = new Map<number, RegtestHeaders>();
  return (key) => {
    const found = known.get(key) ?? make(key);
    known.set(key, found);
    return found;
  };
}

const forkOf = ({ hash, height }: ChainPoint) =>
  Number(BigInt(`0x${hash.replace('0x', '')}`)) - 16 * height;

function onEthereum({ operator, value }: Said, index: number): SupplySource {
  const source = { id: `http://${operator}/${index}`, operator, kind: 'evm' };
  return {
    ...scriptSupply(ethereum, { operator, amount: () => 0n }),
    source,
    readSupplies: async ({ point, tokens }) => ({
      source,
      point,
      tokens: tokens.map(({ token }) =>
        value === null ? { token, error: denied } : { token, amount: BigInt(value) },
      ),
    }),
    holdings: {
      readHoldings: async (holdings) =>
        holdings.map((one) =>
          value === null ? { ...one, error: denied } : { ...one, amount: BigInt(value) },
        ),
    },
    claims: {
      readFeedClaims: async (feeds, point) =>
        feeds.map(({ contract }) => ({
          contract,
          valid: true,
          value: BigInt(value ?? 0),
          decimals: 8,
          roundId: 1n,
          updatedAt: point.time,
          ageSeconds: 0,
          heartbeatSeconds: 60,
          stale: value === null,
        })),
    },
  };
}

function onSolana({ operator, value }: Said, index: number): LatestSupplySource {
  const source = { id: `https://${operator}/${index}`, operator, kind: 'solana' };
  const block = (height: number) => ({
    chain: solana,
    height,
    hash: `${height}`,
    time: UnixTime(9),
  });
  const span = { from: block(index), to: block(index + 1) };
  return {
    reach: 'latest',
    source,
    chain: solana,
    finality: 'finalized',
    readLatest: async (tokens) => ({
      source,
      ...span,
      tokens: tokens.map(({ token }) =>
        value === null ? { token, error: denied } : { token, amount: BigInt(value) },
      ),
    }),
    holdings: {
      readLatestHoldings: async (holdings) => ({
        ...span,
        holdings: holdings.map((one) =>
          value === null ? { ...one, error: denied } : { ...one, amount: BigInt(value) },
        ),
      }),
    },
    close: async () => {},
  };
}

function onBitcoin({ operator, value }: Said, index: number) {
  const script = { operator, fork: () => value ?? 0, holdings: () => 0n };
  return {
    ...scriptBitcoin(auditedAsset, script),
    source: { id: `core+http://${operator}/${index}`, operator, kind: 'core' },
  };
}

/** Every kind of figure that operators must agree on; `denies` where a source can deny that there is one. */
const kinds: Readonly<
  Record<
    string,
    {
      readonly denies: boolean;
      /** Those whose word is asked for; all unless told. */
      readonly heard?: (said: readonly Said[], quorum: number) => readonly Said[];
      readonly ask: (said: readonly Said[], quorum: number) => Promise<Made>;
    }
  >
> = {
  'what an address holds': {
    denies: false,
    ask: async (said, quorum) => {
      const point = chainOf(0).at(100);
      const sources = said.map(({ operator, value }, index) => ({
        ...scriptBitcoin(auditedAsset, { operator, holdings: () => BigInt(value ?? 0) }),
        source: { id: `core+http://${operator}/${index}`, operator, kind: 'core' },
      }));
      const { scripts } = await observeReserves(sources, point, [custody], quorum, {});
      const [one] = scripts;
      if (one?.kind !== 'agreed') return { value: null };
      return { value: one.reserve.sats, agreeing: one.operators };
    },
  },
  'a Bitcoin block': {
    denies: false,
    ask: async (said, quorum) => {
      const policy = { confirmations: 6, quorum };
      const sources = said.map(onBitcoin);
      const { point } = await chooseBitcoinPoint(regtest, sources, policy, { height: 90 }, {});
      const named = (hash: string) =>
        said.find(({ value }) => chainOf(value ?? 0).at(90).hash === hash)?.value ?? -1;
      return made(point, ({ hash }) => named(hash));
    },
  },
  'the time of a Bitcoin block': {
    denies: false,
    ask: async (said, quorum) => {
      const sources = said.map(({ operator, value }, index) => ({
        ...onBitcoin({ operator, value: 0 }, index),
        readHeaders: async (from: number, count: number) => timedOf(value ?? 0).run(from, count),
      }));
      const policy = { confirmations: 6, quorum };
      const { point } = await chooseBitcoinPoint(regtest, sources, policy, { height: 90 }, {});
      return made(point, ({ time }) => time - everyTenMinutes(90));
    },
  },
  'a block of a token chain': {
    denies: false,
    ask: async (said, quorum) => {
      const sources = said.map((one, index) => {
        const findPoint = async () => pointAt(ethereum, 5_000, 60_000, one.value ?? 0);
        return { ...onEthereum(one, index), findPoint };
      });
      const pairing = { kind: 'aligned', time: UnixTime(60_000) } as const;
      return made(await observePoint(ethereum, sources, pairing, quorum, {}), forkOf);
    },
  },
  'the last final block of a token chain, brought to one height': {
    denies: false,
    // Who is behind is absent.
    heard: (said, quorum) => {
      const heights = said.map(({ operator }, index) => ({ operator, height: 5_000 + index }));
      const height = quorumHeight(heights, quorum);
      return said.filter((_, index) => 5_000 + index >= height);
    },
    ask: async (said, quorum) => {
      const sources = said.map((one, index) => ({
        ...onEthereum(one, index),
        findPoint: async () => pointAt(ethereum, 5_000 + index, 60_000, one.value ?? 0),
        readPoint: async (height: number) => pointAt(ethereum, height, 60_000, one.value ?? 0),
      }));
      const pairing = { kind: 'finalized' } as const;
      return made(await observePoint(ethereum, sources, pairing, quorum, {}), forkOf);
    },
  },
  'a supply at a block': {
    denies: true,
    ask: async (said, quorum) => {
      const together = { tokens: [deployment], besides: [] };
      const pairing = { kind: 'finalized' } as const;
      const sources = said.map(onEthereum);
      const [reading] = await observeSupply(ethereum, sources, together, pairing, quorum, {});
      if (!reading) return { value: null };
      return amounts(reading.amount, reading.outcomes.map(amountAlone));
    },
  },
  'a supply as of now': {
    denies: true,
    ask: async (said, quorum) => {
      const token = TokenId(`${solana}/token:zBTCug3er3tLyffELcvDNrKkCymbPWysGcWihESYfLg`);
      const together = { tokens: [{ token, decimals: 8, symbol: 'T' }], besides: [] };
      const [reading] = await observeLatest(said.map(onSolana), together, quorum, {});
      if (!reading) return { value: null };
      return amounts(reading.amount, reading.outcomes.map(amountAlone));
    },
  },
  'a holding at a block': {
    denies: true,
    ask: async (said, quorum) => {
      const holding = { token: deployment.token, holder };
      const points = new Map([[ethereum, at]]);
      const sources = said.map(onEthereum);
      const [reading] = await observeHoldings([holding], points, quorum, sources, {});
      return reading ? amounts(reading.amount, reading.outcomes) : { value: null };
    },
  },
  'a holding as of now': {
    denies: true,
    ask: async (said, quorum) => {
      const token = TokenId(`${solana}/token:zBTCug3er3tLyffELcvDNrKkCymbPWysGcWihESYfLg`);
      const sources = said.map(onSolana);
      const [reading] = await observeHoldings([{ token, holder }], new Map(), quorum, sources, {});
      return reading ? amounts(reading.amount, reading.outcomes) : { value: null };
    },
  },
  'a rate': {
    denies: true,
    ask: async (said, quorum) => {
      const { rate, outcomes } = await observeRate(feed, at, quorum, said.map(onEthereum), {});
      return amounts(rate, outcomes);
    },
  },
};

function amountAlone(outcome: SourceOutcome<{ readonly amount: bigint }>): SourceOutcome<bigint> {
  const { source } = outcome;
  return 'error' in outcome ? outcome : { source, value: outcome.value.amount };
}

/** Those who say one thing alone, by a rule written down once more. */
function consistentOf(said: readonly Said[]): readonly string[] {
  return [...new Set(said.map(({ operator }) => operator))].filter((operator) => {
    const own = said.filter((one) => one.operator === operator);
    return own.every(({ value }) => value === own[0]?.value && value !== null);
  });
}

function supporters(said: readonly Said[], value: number): readonly string[] {
  return consistentOf(said).filter((operator) =>
    said.some((one) => one.operator === operator && one.value === value),
  );
}

function expected(said: readonly Said[], quorum: number): number | null {
  const taken = [0, 1, 2].filter((value) => supporters(said, value).length >= quorum);
  return taken.length === 1 ? (taken[0] ?? null) : null;
}

const quorums = fc.integer({ min: 1, max: 3 });
const operators = fc.constantFrom('a', 'b', 'c', 'd');

describe('an operator whose sources say two things of one figure', () => {
  it.each(Object.entries(kinds))('counts for none of them: %s', async (_, kind) => {
    const { denies, ask, heard = (said) => said } = kind;
    const value = denies
      ? fc.option(fc.integer({ min: 0, max: 2 }), { freq: 6 })
      : fc.integer({ min: 0, max: 2 });
    const sources = fc.array(fc.record({ operator: operators, value }), {
      minLength: 1,
      maxLength: 7,
    });
    await fc.assert(
      fc.asyncProperty(sources, quorums, async (said, quorum) => {
        const taken = await ask(said, quorum);
        const value = expected(heard(said, quorum), quorum);
        expect(taken.value === null ? null : Number(taken.value)).toBe(value);
        if (value === null || !taken.agreeing) return;
        expect(new Set(taken.agreeing)).toEqual(new Set(supporters(said, value)));
      }),
      { numRuns: 60 },
    );
  });
});
