import { address as bitcoinAddress } from 'bitcoinjs-lib';
import fc from 'fast-check';
import { getAddress } from 'viem/utils';
import { describe, expect, it } from 'vitest';
import { checkReport } from '../../src/attest/checkReport.ts';
import { Report } from '../../src/attest/report.ts';
import { accountKey, contractKey, tokenKey } from '../../src/core/accountKey.ts';
import { verifyBundle } from '../../src/evidence/verifyBundle.ts';
import { encodeTokenReference } from '../../src/registry/tokenReference.ts';
import { rejection } from '../support/rejection.ts';
import { sampleFigures, sampleReport } from '../support/sampleReport.ts';

/** An account or token, and another writing of the same, both as CAIP allows them. */
interface Respelled {
  readonly chain: string;
  readonly one: string;
  readonly other: string;
}

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const hexOf = (array: Uint8Array) => Buffer.from(array).toString('hex');
/** A number, so that leading zeros may come off. */
const number = (length: number) =>
  fc.tuple(bytes(length), fc.nat(length - 1)).map(([array, zeros]) => {
    return '00'.repeat(zeros) + hexOf(array).slice(zeros * 2);
  });
const short = (hex: string) => hex.replace(/^0+(?=.)/, '');
/** Letters in either case, by chance. */
const recased = (text: string) =>
  fc.infiniteStream(fc.boolean()).map((flips) => {
    return [...text].map((sign) => (flips.next().value ? sign.toUpperCase() : sign)).join('');
  });
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);

const evm = bytes(20).chain((array) => {
  const one = getAddress(`0x${hexOf(array)}`);
  return recased(hexOf(array)).chain((digits) =>
    fc
      .tuple(fc.constantFrom('eip155:1', 'eip155:8453'), fc.constantFrom('0x', '0X', ''))
      .map(([chain, prefix]): Respelled => ({ chain, one, other: `${prefix}${digits}` })),
  );
});
const tron = bytes(20).chain((array) =>
  fc.tuple(recased(hexOf(array)), fc.constantFrom('', '41', '0x41', '0x')).map(
    ([digits, prefix]): Respelled => ({
      chain: 'tron:0x2b6653dc',
      one: bitcoinAddress.toBase58Check(array, 0x41),
      other: `${prefix}${digits}`,
    }),
  ),
);
const move = fc
  .tuple(fc.constantFrom('sui:mainnet', 'aptos:1'), number(32), number(32), name, fc.boolean())
  .chain(([chain, id, inner, type, isType]) => {
    const write = (pad: (hex: string) => string) =>
      isType ? `0x${pad(id)}::m::${type}<0x${pad(inner)}::n::${type}>` : `0x${pad(id)}`;
    const one = write((hex) => hex);
    return recased(short(id)).map((digits): Respelled => {
      const other = write((hex) => (hex === id ? digits : short(hex)));
      return isType
        ? { chain, one: `0x${id}%3A%3Am%3A%3A${type}`, other: `0x${digits}%3a%3am%3A%3a${type}` }
        : { chain, one: encodeTokenReference(one), other };
    });
  });
const starknet = number(31).chain((hex) =>
  recased(short(hex)).map(
    (digits): Respelled => ({
      chain: 'starknet:SN_MAIN',
      one: `0x00${hex}`,
      other: `0x${digits}`,
    }),
  ),
);
const ibc = bytes(32).chain((array) =>
  recased(hexOf(array)).map(
    (digits): Respelled => ({
      chain: 'cosmos:osmosis-1',
      one: `ibc%2F${hexOf(array).toUpperCase()}`,
      other: `ibc%2f${digits}`,
    }),
  ),
);
const cosmosAccount = bytes(20).map((array): Respelled => {
  const one = bitcoinAddress.toBech32(array, 0, 'osmo').replace('1q', '1');
  return { chain: 'cosmos:osmosis-1', one, other: one.toUpperCase() };
});
const unknown = number(20).chain((hex) =>
  recased(short(hex)).map(
    (digits): Respelled => ({
      chain: 'newkind:main',
      one: `0x${hex}`,
      other: `0x${digits}`,
    }),
  ),
);
const any = fc.oneof(evm, tron, move, starknet, ibc, unknown);
const anyHolder = fc.oneof(any, cosmosAccount);

/** The sample, moved to the chain, with the token in place of its first one. */
function reportOf(chain: string, token: string, holders: readonly string[]): Report {
  const [first] = sampleFigures.deployments;
  if (!first) throw new Error('the sample has no deployment');
  const report = sampleReport({
    deployments: [{ ...first, amount: 3_000_000_000n }],
    liability: {
      // Figured as different ones, since the sum refuses the same as well.
      excluded: holders.map((_, index) => ({
        token: first.token,
        holder: `holder-${index}`,
        reason: 'other',
        amount: 1_000_000_000n,
      })),
      rates: [],
    },
  });
  const moved = JSON.stringify(report)
    .replaceAll(first.token, token)
    .replaceAll('eip155:31337', chain)
    .replaceAll(/holder-(\d)/g, (_, index) => holders[index] ?? '');
  return Report.parse(JSON.parse(moved));
}

/** What both verifiers say of a report. */
async function refusals(report: Report) {
  async function* nothing(): AsyncGenerator<Uint8Array> {}
  const errors = [
    await rejection(() => checkReport(report)),
    await rejection(() => verifyBundle(nothing(), report)),
  ];
  return errors.map(({ code, facts }) => [code, facts.field]);
}

const mismatch = (field: string) => Array(2).fill(['ATTESTATION_STATEMENT_MISMATCH', field]);

describe('one thing in two spellings', () => {
  it('has one key, as an account, a contract and a token', () => {
    fc.assert(
      fc.property(any, ({ chain, one, other }) => {
        expect(accountKey(chain, other)).toBe(accountKey(chain, one));
        expect(contractKey(`${chain}:${other}`)).toBe(accountKey(chain, one));
        expect(tokenKey(`${chain}/coin:${other}`)).toBe(tokenKey(`${chain}/coin:${one}`));
        expect(accountKey(chain, decodeURIComponent(one))).toBe(accountKey(chain, one));
      }),
    );
  });

  it('is taken off once: both verifiers refuse the same holder twice', async () => {
    await fc.assert(
      fc.asyncProperty(any, anyHolder, async (token, { one, other, chain }) => {
        fc.pre(one !== other);
        const caip19 = `${chain}/coin:${token.one}`;
        expect(() => checkReport(reportOf(chain, caip19, [one]))).not.toThrow();
        expect(await refusals(reportOf(chain, caip19, [one, other]))).toEqual(
          mismatch('supply.liability'),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('is one deployment: both verifiers refuse the same token twice', async () => {
    await fc.assert(
      fc.asyncProperty(any, async ({ chain, one, other }) => {
        fc.pre(one !== other);
        const report = reportOf(chain, `${chain}/coin:${one}`, []);
        const twice = report.supply.deployments.map((entry) => ({
          ...entry,
          token: `${chain}/coin:${other}`,
        }));
        report.supply.deployments.push(...twice);
        expect(await refusals(report)).toEqual(mismatch('supply.deployments'));
      }),
      { numRuns: 60 },
    );
  });

  it('is one address of the reserves, in capitals or not', async () => {
    await fc.assert(
      fc.asyncProperty(bytes(32), fc.constantFrom(0, 1), async (program, version) => {
        const address = bitcoinAddress.toBech32(program, version, 'bcrt');
        const report = sampleReport();
        const [first, second] = report.reserves.addresses;
        if (!first || !second) throw new Error('the sample has no two addresses');
        first.address = address;
        second.address = address.toUpperCase();
        expect(await refusals(report)).toEqual(mismatch('reserves.addresses'));
      }),
      { numRuns: 20 },
    );
  });
});

describe('two things', () => {
  it.each([
    ['Solana accounts', 'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp', 'abc', 'ABC'],
    ['Move modules', 'sui:mainnet', '0x2::a::B', '0x2::A::B'],
    ['Cosmos denominations', 'cosmos:osmosis-1', 'factory/osmo1x/uBTC', 'factory/osmo1x/ubtc'],
    ['contracts of Stacks', 'stacks:1', 'SP1.a-token', 'SP1.A-token'],
    ['addresses in base58', 'bip122:000000000019d6689c085ae165831e93', '1abC', '1abc'],
    ['tokens of an unknown chain', 'newkind:main', 'Token', 'token'],
  ])('stay two: %s that differ in case alone', (_, chain, one, other) => {
    expect(accountKey(chain, one)).not.toBe(accountKey(chain, other));
  });

  it.each([
    ['eip155:1', 'eip155:01'],
    ['tron:0x2b6653dc', 'tron:728126428'],
    ['aptos:1', 'aptos:001'],
  ])('are not made by another writing of a chain: %s and %s', (one, other) => {
    expect(accountKey(one, 'a')).toBe(accountKey(other, 'a'));
  });
});
