import { createHash } from 'node:crypto';
import * as secp256k1 from '@bitcoinerlab/secp256k1';
import { initEccLib, opcodes, payments, script, Transaction } from 'bitcoinjs-lib';

export type SignerKind =
  | 'p2pkh'
  | 'p2wpkh'
  | 'p2sh-p2wpkh'
  | 'p2tr'
  | 'p2sh'
  | 'p2wsh'
  | 'p2sh-p2wsh';

export const signerKinds: readonly SignerKind[] = [
  ...(['p2pkh', 'p2wpkh', 'p2sh-p2wpkh', 'p2tr', 'p2sh', 'p2wsh', 'p2sh-p2wsh'] as const),
];

export interface Locks {
  readonly version?: number;
  readonly time?: number;
  readonly age?: number;
}

/**
 * Somebody who holds the keys of one mainnet address, made from a seed; the kinds of scripts hold a
 * 2-of-3. Transactions and sighashes are built with bitcoinjs-lib alone, apart from the code that is
 * under test.
 */
export interface MessageSigner {
  readonly kind: SignerKind;
  readonly address: string;
  readonly output: Uint8Array;
  readonly keys: readonly Uint8Array[];
  readonly publicKeys: readonly Uint8Array[];
  /** Hex of the 2-of-3 script; empty for the other kinds. */
  readonly script: string;
  /** The signed `to_sign`; `by` tells which keys sign for a 2-of-3. */
  sign(message: string, locks?: Locks, by?: readonly number[]): Transaction;
}

export function createSigner(kind: SignerKind, seed: string): MessageSigner {
  initEccLib(secp256k1);
  const keys = [0, 1, 2].map((index) => sha256(`${seed}/${index}`));
  const publicKeys = keys.map(publicKeyOf);
  const [key = new Uint8Array()] = keys;
  const [pubkey = new Uint8Array()] = publicKeys;
  const p2ms = payments.p2ms({ m: 2, pubkeys: [...publicKeys] });
  const p2wpkh = payments.p2wpkh({ pubkey });
  const p2wsh = payments.p2wsh({ redeem: p2ms });
  const multisigScript = p2ms.output ?? new Uint8Array();
  const payment = {
    p2pkh: () => payments.p2pkh({ pubkey }),
    p2wpkh: () => p2wpkh,
    'p2sh-p2wpkh': () => payments.p2sh({ redeem: p2wpkh }),
    p2tr: () => payments.p2tr({ internalPubkey: pubkey.subarray(1) }),
    p2sh: () => payments.p2sh({ redeem: p2ms }),
    p2wsh: () => p2wsh,
    'p2sh-p2wsh': () => payments.p2sh({ redeem: p2wsh }),
  }[kind]();
  const output = payment.output ?? new Uint8Array();
  const keyScript = payments.p2pkh({ pubkey }).output ?? new Uint8Array();
  const all = Transaction.SIGHASH_ALL;
  const der = (hash: Uint8Array, by: Uint8Array) =>
    script.signature.encode(secp256k1.sign(hash, by), all);

  const sign = (message: string, locks: Locks = {}, by: readonly number[] = [0, 2]) => {
    const transaction = toSign(message, output, locks);
    const [input] = transaction.ins;
    if (!input) throw new Error('no input');
    const together = (hash: Uint8Array) => [
      new Uint8Array(),
      ...by.map((index) => der(hash, keys[index] ?? key)),
    ];
    const segwitHash = (code: Uint8Array) => transaction.hashForWitnessV0(0, code, 0n, all);
    const nested = (inner: Uint8Array | undefined) => script.compile([inner ?? new Uint8Array()]);
    switch (kind) {
      case 'p2pkh':
        input.script = script.compile([
          der(transaction.hashForSignature(0, output, all), key),
          pubkey,
        ]);
        break;
      case 'p2sh-p2wpkh':
        input.script = nested(p2wpkh.output);
        input.witness = [der(segwitHash(keyScript), key), pubkey];
        break;
      case 'p2wpkh':
        input.witness = [der(segwitHash(keyScript), key), pubkey];
        break;
      case 'p2tr': {
        const hash = transaction.hashForWitnessV1(0, [output], [0n], Transaction.SIGHASH_DEFAULT);
        input.witness = [secp256k1.signSchnorr(hash, tweakKey(key, pubkey))];
        break;
      }
      case 'p2sh': {
        const pushes = together(transaction.hashForSignature(0, multisigScript, all));
        input.script = script.compile([opcodes.OP_0 ?? 0, ...pushes.slice(1), multisigScript]);
        break;
      }
      case 'p2sh-p2wsh':
        input.script = nested(p2wsh.output);
        input.witness = [...together(segwitHash(multisigScript)), multisigScript];
        break;
      case 'p2wsh':
        input.witness = [...together(segwitHash(multisigScript)), multisigScript];
        break;
    }
    return transaction;
  };
  return {
    kind,
    address: payment.address ?? '',
    output,
    keys,
    publicKeys,
    script: kind.endsWith('sh') ? Buffer.from(multisigScript).toString('hex') : '',
    sign,
  };
}

/** `smp` and the witness stack. */
export function encodeSimple(transaction: Transaction): string {
  const { witness = [] } = transaction.ins[0] ?? {};
  return `smp${encodeWitness(witness)}`;
}

/** A witness stack in base64; nothing here is longer than 252 bytes. */
export function encodeWitness(witness: readonly Uint8Array[]): string {
  const items = witness.flatMap((item) => [Uint8Array.of(item.length), item]);
  return Buffer.concat([Uint8Array.of(witness.length), ...items]).toString('base64');
}

/** `ful` and the whole transaction. */
export function encodeFull(transaction: Transaction): string {
  return `ful${Buffer.from(transaction.toBuffer()).toString('base64')}`;
}

/** A signature of BIP-137; 27 is the header of the first uncompressed P2PKH key. */
export function signCompact(key: Uint8Array, message: string, header = 31): string {
  const text = Buffer.from(message);
  const size =
    text.length < 0xfd
      ? Uint8Array.of(text.length)
      : Uint8Array.of(0xfd, text.length & 0xff, text.length >> 8);
  const hash = sha256(
    sha256(Buffer.concat([Buffer.from('\x18Bitcoin Signed Message:\n'), size, text])),
  );
  const { signature, recoveryId } = secp256k1.signRecoverable(hash, key);
  return Buffer.concat([Uint8Array.of(header + recoveryId), signature]).toString('base64');
}

/** `to_sign` of BIP-322, unsigned. */
export function toSign(message: string, output: Uint8Array, locks: Locks = {}): Transaction {
  const tag = sha256('BIP0322-signed-message');
  const hash = sha256(Buffer.concat([tag, tag, Buffer.from(message)]));
  const toSpend = new Transaction();
  toSpend.version = 0;
  toSpend.addInput(new Uint8Array(32), 0xffffffff, 0, Buffer.concat([Uint8Array.of(0, 32), hash]));
  toSpend.addOutput(output, 0n);
  const transaction = new Transaction();
  transaction.version = locks.version ?? 0;
  transaction.locktime = locks.time ?? 0;
  transaction.addInput(toSpend.getHash(), 0, locks.age ?? 0);
  transaction.addOutput(Uint8Array.of(0x6a), 0n);
  return transaction;
}

function tweakKey(key: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const even = publicKey[0] === 0x03 ? secp256k1.privateNegate(key) : key;
  const tag = sha256('TapTweak');
  const tweaked = secp256k1.privateAdd(
    even,
    sha256(Buffer.concat([tag, tag, publicKey.subarray(1)])),
  );
  if (!tweaked) throw new Error('no tweaked key');
  return tweaked;
}

function publicKeyOf(key: Uint8Array): Uint8Array {
  const point = secp256k1.pointFromScalar(key, true);
  if (!point) throw new Error('no key');
  return point;
}

function sha256(data: string | Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(data).digest());
}
