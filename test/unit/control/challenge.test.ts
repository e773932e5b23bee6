import { describe, expect, it } from 'vitest';
import { parseChallenge, writeChallenge } from '../../../src/control/challenge.ts';
import { UnixTime } from '../../../src/core/unixTime.ts';
import { expectCode } from '../../support/expectCode.ts';
import { sampleChallenge } from '../../support/sampleChallenge.ts';

const text =
  'assay proof of control, version 1: the signer controls this address for the asset wbtc; ' +
  `registry 0x${'ab'.repeat(32)}; bitcoin block bip122:000000000019d6689c085ae165831e93 900000 ` +
  `${'00'.repeat(8)}${'cd'.repeat(24)}; nonce ${'0f'.repeat(16)}; date 2026-11-20T12:00:00Z`;

describe('a challenge', () => {
  it('is one line that says what its signer claims', () => {
    expect(writeChallenge(sampleChallenge)).toBe(text);
  });

  it('reads back as what it was written from', () => {
    expect(parseChallenge(text)).toEqual(sampleChallenge);
  });

  it.each([
    ['an undated message', 'We control the addresses of WBTC.'],
    ['nothing', ''],
    ['white space behind it', `${text}\n`],
    ['words before it', `I say: ${text}`],
    ['capitals', text.replace('assay', 'Assay')],
    ['another version', text.replace('version 1', 'version 2')],
    ['a day that no month has', text.replace('11-20T', '02-31T')],
    ['an hour that no day has', text.replace('T12:', 'T25:')],
    ['a height with a leading zero', text.replace(' 900000 ', ' 0900000 ')],
    ['a short nonce', text.replace('0f0f', '0f')],
  ])('is not read from %s', (_what, other) => {
    expect(parseChallenge(other)).toBeUndefined();
  });

  it.each([
    ['an asset id with a line break', { assetId: 'wbtc\nx' }],
    ['an asset id that would end the field', { assetId: 'wbtc; registry 0x' }],
    ['a nonce that is too short', { nonce: '0f' }],
    [
      'a block hash of another chain',
      { bitcoinPoint: { ...sampleChallenge.bitcoinPoint, hash: '0x1' } },
    ],
  ])('is not written with %s', async (_what, change) => {
    await expectCode(
      () => writeChallenge({ ...sampleChallenge, ...change }),
      'CONTROL_CHALLENGE_INVALID',
    );
  });

  it('carries its date to the second', () => {
    const date = UnixTime(sampleChallenge.date + 1);
    expect(parseChallenge(writeChallenge({ ...sampleChallenge, date }))?.date).toBe(date);
  });
});
