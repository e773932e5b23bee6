import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { address as codec, initEccLib, type Network, networks, opcodes } from 'bitcoinjs-lib';

/**
 * The JSON of Blockstream's electrs (src/rest.rs), field by field in its order; the fork of
 * mempool.space adds `sigops` to a transaction. Optional fields are left out as it leaves them out.
 */
export interface EsploraOutput {
  readonly scriptpubkey: string;
  readonly scriptpubkey_asm: string;
  readonly scriptpubkey_type: string;
  readonly scriptpubkey_address?: string;
  readonly value: number;
}

export interface EsploraInput {
  readonly txid: string;
  readonly vout: number;
  readonly prevout: EsploraOutput | null;
  readonly scriptsig: string;
  readonly scriptsig_asm: string;
  readonly witness?: readonly string[];
  readonly is_coinbase: boolean;
  readonly sequence: number;
  readonly inner_redeemscript_asm?: string;
  readonly inner_witnessscript_asm?: string;
}

/** A transaction without its `status`, which depends on the moment. */
export interface EsploraTransaction {
  readonly txid: string;
  readonly version: number;
  readonly locktime: number;
  readonly vin: readonly EsploraInput[];
  readonly vout: readonly EsploraOutput[];
  readonly size: number;
  readonly weight: number;
  readonly fee: number;
}

export interface EsploraBlockHeader {
  readonly id: string;
  readonly height: number;
  readonly version: number;
  readonly timestamp: number;
  readonly tx_count: number;
  readonly size: number;
  readonly weight: number;
  readonly merkle_root: string;
  readonly previousblockhash: string | null;
  readonly mediantime: number;
  readonly nonce: number;
  readonly bits: number;
  readonly difficulty: number;
}

export interface EsploraBlock {
  readonly header: EsploraBlockHeader;
  readonly transactions: readonly EsploraTransaction[];
}

/** All that a server knows at one moment. A new object whenever anything changed. */
export interface EsploraView {
  /** By height, from the genesis block on. */
  readonly blocks: readonly EsploraBlock[];
  readonly mempool: readonly EsploraTransaction[];
}

/** An output, with everything that electrs derives from its script; its address on regtest unless told. */
export function formatOutput(
  script: string,
  sats: bigint,
  network: Network = networks.regtest,
): EsploraOutput {
  const address = addressOf(script, network);
  return {
    scriptpubkey: script,
    scriptpubkey_asm: scriptAsm(script),
    scriptpubkey_type: scriptType(script),
    ...(address === undefined ? {} : { scriptpubkey_address: address }),
    value: Number(sats),
  };
}

/** An input, with the scripts that electrs finds inside of it. */
export function formatInput(input: {
  readonly txid: string;
  readonly vout: number;
  readonly prevout: EsploraOutput;
  readonly scriptsig: string;
  readonly witness: readonly string[];
  readonly sequence: number;
}): EsploraInput {
  const { txid, vout, prevout, scriptsig, witness, sequence } = input;
  const redeem = prevout.scriptpubkey_type === 'p2sh' ? lastPush(scriptsig) : undefined;
  const inner = innerWitnessScript(prevout.scriptpubkey_type, redeem, witness);
  return {
    txid,
    vout,
    prevout,
    scriptsig,
    scriptsig_asm: scriptAsm(scriptsig),
    ...(witness.length === 0 ? {} : { witness }),
    is_coinbase: false,
    sequence,
    ...(redeem === undefined ? {} : { inner_redeemscript_asm: scriptAsm(redeem) }),
    ...(inner === undefined ? {} : { inner_witnessscript_asm: scriptAsm(inner) }),
  };
}

/** The input of a coinbase. */
export function formatCoinbase(
  scriptsig: string,
  witness: readonly string[],
  sequence: number,
): EsploraInput {
  return {
    txid: '0'.repeat(64),
    vout: 0xffff_ffff,
    prevout: null,
    scriptsig,
    scriptsig_asm: scriptAsm(scriptsig),
    ...(witness.length === 0 ? {} : { witness }),
    is_coinbase: true,
    sequence,
  };
}

/** Difficulty from the compact target, as Bitcoin Core computes it. */
export function difficultyOf(bits: number): number {
  let difficulty = 0xffff / (bits & 0xff_ffff);
  for (let shift = bits >>> 24; shift < 29; shift++) difficulty *= 256;
  for (let shift = bits >>> 24; shift > 29; shift--) difficulty /= 256;
  return difficulty;
}

function innerWitnessScript(
  type: string,
  redeem: string | undefined,
  witness: readonly string[],
): string | undefined {
  if (type === 'v0_p2wsh' || (redeem && /^0020.{64}$/.test(redeem))) return witness.at(-1);
  if (type !== 'v1_p2tr') return undefined;
  const hasAnnex = witness.length >= 2 && witness.at(-1)?.startsWith('50');
  return witness.at(hasAnnex ? -3 : -2);
}

const withAddress = ['p2pkh', 'p2sh', 'v0_p2wpkh', 'v0_p2wsh', 'v1_p2tr'];

function addressOf(script: string, network: Network): string | undefined {
  if (!withAddress.includes(scriptType(script))) return undefined;
  // bitcoinjs-lib cannot write Taproot addresses without it.
  initEccLib(secp256k1);
  return codec.fromOutputScript(Buffer.from(script, 'hex'), network);
}

const types: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'empty'],
  [/^6a/, 'op_return'],
  [/^(?:21.{66}|41.{130})ac$/, 'p2pk'],
  [/^76a914.{40}88ac$/, 'p2pkh'],
  [/^a914.{40}87$/, 'p2sh'],
  [/^0014.{40}$/, 'v0_p2wpkh'],
  [/^0020.{64}$/, 'v0_p2wsh'],
  [/^5120.{64}$/, 'v1_p2tr'],
  [/^51024e73$/, 'anchor'],
  [/^5[1-9a-f].*5[1-9a-f]ae$/, 'multisig'],
];

function scriptType(script: string): string {
  return types.find(([pattern]) => pattern.test(script))?.[1] ?? 'unknown';
}

const renamed: Readonly<Record<string, string>> = {
  OP_1NEGATE: 'OP_PUSHNUM_NEG1',
  OP_CHECKLOCKTIMEVERIFY: 'OP_CLTV',
  OP_CHECKSEQUENCEVERIFY: 'OP_CSV',
};
const opcodeNames = new Map(Object.entries(opcodes).map(([name, code]) => [code, name]));

/** A script as rust-bitcoin writes it: `OP_0 OP_PUSHBYTES_20 5c…`. */
export function scriptAsm(script: string): string {
  const words: string[] = [];
  for (const { code, data } of instructions(script)) {
    if (code >= 1 && code <= 75) words.push(`OP_PUSHBYTES_${code}`);
    else if (code >= 0x51 && code <= 0x60) words.push(`OP_PUSHNUM_${code - 0x50}`);
    else {
      const name = opcodeNames.get(code) ?? `OP_RETURN_${code}`;
      words.push(code === 0 ? 'OP_0' : (renamed[name] ?? name));
    }
    if (data === undefined) words.push('<unexpected end>');
    else if (data !== '') words.push(data);
  }
  return words.join(' ');
}

function lastPush(script: string): string | undefined {
  const last = [...instructions(script)].at(-1);
  return last && last.code >= 1 && last.code <= 78 ? last.data : undefined;
}

/** Opcodes with what they push; `data` is undefined where the script ends too early. */
function* instructions(script: string): Iterable<{ code: number; data: string | undefined }> {
  const bytes = Buffer.from(script, 'hex');
  for (let at = 0; at < bytes.length; ) {
    const code = bytes.readUInt8(at++);
    const sizeBytes = code === 76 ? 1 : code === 77 ? 2 : code === 78 ? 4 : 0;
    if (at + sizeBytes > bytes.length) return yield { code, data: undefined };
    const length = sizeBytes > 0 ? bytes.readUIntLE(at, sizeBytes) : code <= 75 ? code : 0;
    at += sizeBytes;
    if (at + length > bytes.length) return yield { code, data: undefined };
    yield { code, data: bytes.toString('hex', at, at + length) };
    at += length;
  }
}
