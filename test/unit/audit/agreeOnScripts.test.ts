import { describe, expect, it } from 'vitest';
import { agreeOnScripts } from '../../../src/audit/agreeOnScripts.ts';
import type { ScriptReserve } from '../../../src/bitcoin/bitcoinSource.ts';
import { AssayError } from '../../../src/core/assayError.ts';
import { reportLimits } from '../../../src/core/reportLimits.ts';
import { Sats } from '../../../src/core/sats.ts';

const txid = (digit: string) => digit.repeat(64);

/** A script with outputs `digit: sats`. */
function outputs(held: Readonly<Record<string, number>>): ScriptReserve {
  const utxos = Object.entries(held).map(([digit, sats]) => ({
    txid: txid(digit),
    vout: 0,
    sats: Sats(BigInt(sats)),
    height: 1,
  }));
  const sats = Sats(utxos.reduce((sum, one) => sum + one.sats, 0n));
  return { script: '51', sats, utxos };
}

const sum = (sats: number): ScriptReserve => ({
  script: '51',
  sats: Sats(BigInt(sats)),
  utxos: null,
});
const unread = { script: '51', error: new AssayError('BITCOIN_STATE_MOVED') };

function agree(quorum: number, said: Readonly<Record<string, ScriptReserve | typeof unread>>) {
  const opinions = Object.entries(said).map(([operator, script]) => ({
    operator: operator.replace(/\d$/, ''),
    scripts: [script],
  }));
  const { scripts, disputes } = agreeOnScripts(opinions, 1, quorum);
  const [script] = scripts;
  return { script, disputes };
}

describe('agreeOnScripts', () => {
  it('agrees where enough operators list the same outputs', () => {
    const { script, disputes } = agree(2, { ann: outputs({ a: 5 }), bob: outputs({ a: 5 }) });
    expect(script).toMatchObject({ kind: 'agreed', operators: ['ann', 'bob'] });
    expect(disputes).toEqual([]);
  });

  it('does not take equal sums of different outputs for agreement', () => {
    const { script, disputes } = agree(2, { ann: outputs({ a: 5 }), bob: outputs({ b: 5 }) });
    expect(script).toMatchObject({ kind: 'disagreed' });
    expect(
      disputes.map(({ outpoint, claims }) => [outpoint, claims.map((one) => one.sats)]),
    ).toEqual([
      [`${txid('a')}:0`, [5n, null]],
      [`${txid('b')}:0`, [null, 5n]],
    ]);
  });

  it('lets a quorum outvote a liar, and names the output that is disputed', () => {
    const { script, disputes } = agree(2, {
      ann: outputs({ a: 5, b: 7 }),
      bob: outputs({ a: 5, b: 7 }),
      liar: outputs({ a: 5 }),
    });
    expect(script).toMatchObject({
      kind: 'agreed',
      operators: ['ann', 'bob'],
      reserve: { sats: 12n },
    });
    expect(disputes).toEqual([
      {
        script: '51',
        outpoint: `${txid('b')}:0`,
        claims: [
          { operator: 'ann', sats: 7n },
          { operator: 'bob', sats: 7n },
          { operator: 'liar', sats: null },
        ],
      },
    ]);
    expect(
      agree(3, { ann: outputs({ a: 5 }), bob: outputs({ a: 5 }), liar: sum(4) }).script,
    ).toMatchObject({ kind: 'disagreed' });
  });

  it('counts a sum for whoever lists outputs of that sum, and keeps the outputs', () => {
    const { script, disputes } = agree(2, { ann: sum(5), bob: outputs({ a: 5 }) });
    expect(script).toMatchObject({
      kind: 'agreed',
      operators: ['ann', 'bob'],
      reserve: { utxos: [{ txid: txid('a') }] },
    });
    expect(disputes).toEqual([]);
  });

  it('takes no side where a sum would make a quorum with each of two lists', () => {
    const said = { ann: sum(5), bob: outputs({ a: 5 }), eve: outputs({ b: 5 }) };
    expect(agree(2, said).script).toMatchObject({ kind: 'disagreed' });
  });

  it('names a sum that differs where there are no outputs to compare', () => {
    const { script, disputes } = agree(2, { ann: sum(5), bob: sum(6) });
    expect(script).toMatchObject({ kind: 'disagreed' });
    expect(disputes).toMatchObject([{ outpoint: null, claims: [{ sats: 5n }, { sats: 6n }] }]);
  });

  it('counts two sources of one operator once', () => {
    const said = { ann1: outputs({ a: 5 }), ann2: outputs({ a: 5 }) };
    expect(agree(2, said).script).toEqual({ kind: 'short', operators: ['ann'] });
    expect(agree(1, said).script).toMatchObject({ kind: 'agreed', operators: ['ann'] });
  });

  it('hears no operator that contradicts itself', () => {
    const said = { ann1: outputs({ a: 5 }), ann2: outputs({ a: 6 }), bob: outputs({ a: 5 }) };
    expect(agree(2, said).script).toMatchObject({ kind: 'disagreed' });
    expect(agree(1, said).script).toMatchObject({ kind: 'agreed', operators: ['bob'] });
  });

  it('takes what could not be read for silence', () => {
    const said = { ann: outputs({ a: 5 }), bob: unread };
    expect(agree(2, said).script).toEqual({ kind: 'short', operators: ['ann'] });
    expect(agree(1, said).script).toMatchObject({ kind: 'agreed', operators: ['ann'] });
  });

  it('does not list more disputes than a report takes', () => {
    const many = Array.from({ length: 300 }, () => outputs({ a: 5 }));
    const other = Array.from({ length: 300 }, () => outputs({ a: 6 }));
    const opinions = [
      { operator: 'ann', scripts: many },
      { operator: 'bob', scripts: other },
    ];
    const { scripts, disputes } = agreeOnScripts(opinions, 300, 2);
    expect(scripts.every(({ kind }) => kind === 'disagreed')).toBe(true);
    expect(disputes).toHaveLength(reportLimits.disputes);
  });
});
