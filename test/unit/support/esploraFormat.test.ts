import { expect, it } from 'vitest';
import { difficultyOf, formatInput, formatOutput, scriptAsm } from '../../support/esploraFormat.ts';

/** Scripts of mainnet transactions, with what blockstream.info writes for them. */
it.each([
  [
    '76a9143b5bd0828a6c373291143b2c04392085f7173f1188ac',
    'OP_DUP OP_HASH160 OP_PUSHBYTES_20 3b5bd0828a6c373291143b2c04392085f7173f11 OP_EQUALVERIFY OP_CHECKSIG',
  ],
  [
    'a9140fb0c20eacff2965b1f2594c250c165dd4450ec487',
    'OP_HASH160 OP_PUSHBYTES_20 0fb0c20eacff2965b1f2594c250c165dd4450ec4 OP_EQUAL',
  ],
  [
    '5120400784ab7050a09835e3455c855eb9efefed1c29883d3c18fff7e8aa2fc50b29',
    'OP_PUSHNUM_1 OP_PUSHBYTES_32 400784ab7050a09835e3455c855eb9efefed1c29883d3c18fff7e8aa2fc50b29',
  ],
  [
    '522102fa3e97f867f6dd61c8f3870174a62212c568bbfa1d55fd57b8d355343d35a65c2103031d20b72222b1f6fe8217783c0adf898358afc24dee408e518e4af0dc899e7052ae',
    'OP_PUSHNUM_2 OP_PUSHBYTES_33 02fa3e97f867f6dd61c8f3870174a62212c568bbfa1d55fd57b8d355343d35a65c OP_PUSHBYTES_33 03031d20b72222b1f6fe8217783c0adf898358afc24dee408e518e4af0dc899e70 OP_PUSHNUM_2 OP_CHECKMULTISIG',
  ],
])('writes scripts as Esplora does: %s', (script, asm) => {
  expect(scriptAsm(script)).toBe(asm);
});

it('writes a push by length, and a push that ends too early', () => {
  expect(scriptAsm(`4c50${'ab'.repeat(80)}`)).toBe(`OP_PUSHDATA1 ${'ab'.repeat(80)}`);
  expect(scriptAsm('0301')).toBe('OP_PUSHBYTES_3 <unexpected end>');
});

it('finds redeem and witness script of a P2SH-P2WSH input', () => {
  const hash = '115c4da1a0e6e7414964e3e6813b25fcfa9bff98e9652c33f6d11512e4676d7c';
  const witnessScript =
    '522103110b6a279de37085c775c3899fa8bf3c7a734d346b86be7a6dce55a41623b4ec2103ab719ec244b513ee8a77598ef7a5177e7091390a52078874ed74b5e79d2203b12103b4e0d0ba8bb4a77b53175b02a8c311b57a7dca6afd5f20596d96c46f11ed827d53ae';
  const input = formatInput({
    txid: '00'.repeat(32),
    vout: 1,
    prevout: formatOutput('a9140fb0c20eacff2965b1f2594c250c165dd4450ec487', 4_934_335n),
    scriptsig: `220020${hash}`,
    witness: ['', witnessScript],
    sequence: 4_294_967_295,
  });
  expect(input.prevout?.scriptpubkey_type).toBe('p2sh');
  expect(input.inner_redeemscript_asm).toBe(`OP_0 OP_PUSHBYTES_32 ${hash}`);
  expect(input.inner_witnessscript_asm).toBe(
    'OP_PUSHNUM_2 OP_PUSHBYTES_33 03110b6a279de37085c775c3899fa8bf3c7a734d346b86be7a6dce55a41623b4ec OP_PUSHBYTES_33 03ab719ec244b513ee8a77598ef7a5177e7091390a52078874ed74b5e79d2203b1 OP_PUSHBYTES_33 03b4e0d0ba8bb4a77b53175b02a8c311b57a7dca6afd5f20596d96c46f11ed827d OP_PUSHNUM_3 OP_CHECKMULTISIG',
  );
});

it('computes the difficulty that Bitcoin Core shows', () => {
  expect(difficultyOf(0x1d00_ffff)).toBe(1);
  expect(difficultyOf(0x207f_ffff)).toBe(4.6565423739069247e-10);
  expect(difficultyOf(0x1b04_04cb)).toBeCloseTo(16_307.420938523983, 6);
});
