/**
 * What the bytes of a mint are made of, as `spl_token::state::Mint` packs them
 * (https://spl.solana.com/token). Extensions are those of https://spl.solana.com/token-2022/extensions.
 */
export interface MintFields {
  readonly supply: bigint;
  readonly decimals: number;
  readonly initialised?: boolean;
  readonly mintAuthority?: Uint8Array;
  readonly freezeAuthority?: Uint8Array;
}

/** An extension of Token-2022: its type, and its content without the header. */
export interface MintExtension {
  readonly type: number;
  readonly content: Uint8Array;
}

/** The 82 bytes of a mint: authority (4 + 32), supply (8), decimals, initialised, authority (4 + 32). */
export function encodeMint(fields: MintFields): Uint8Array {
  const bytes = new Uint8Array(82);
  const view = new DataView(bytes.buffer);
  putOptional(bytes, 0, fields.mintAuthority);
  view.setBigUint64(36, fields.supply, true);
  view.setUint8(44, fields.decimals);
  view.setUint8(45, fields.initialised === false ? 0 : 1);
  putOptional(bytes, 46, fields.freezeAuthority);
  return bytes;
}

/** A mint of Token-2022 with extensions: zeros up to byte 165, the kind (1: mint), then the extensions. */
export function encodeExtendedMint(
  fields: MintFields,
  extensions: readonly MintExtension[],
): Uint8Array {
  const head = new Uint8Array(166);
  head.set(encodeMint(fields));
  head[165] = 1;
  return Uint8Array.from(Buffer.concat([head, ...extensions.map(packExtension)]));
}

/** What the bytes of a token account say besides its mint and its amount. */
export interface TokenAccountFields {
  /** 32 times 7 unless told. */
  readonly owner?: Uint8Array;
  /** 0: never initialised, 1 (unless told): in use, 2: frozen. */
  readonly state?: number;
  /** Of Token-2022; with none the account ends after 165 bytes. */
  readonly extensions?: readonly MintExtension[];
}

/** A token account: mint, owner, amount (u64), delegate, state at 108, …, then its kind (2) and extensions. */
export function encodeTokenAccount(
  mint: Uint8Array,
  amount: bigint,
  { owner = new Uint8Array(32).fill(7), state = 1, extensions }: TokenAccountFields = {},
): Uint8Array {
  const bytes = new Uint8Array(165);
  bytes.set(mint);
  bytes.set(owner, 32);
  new DataView(bytes.buffer).setBigUint64(64, amount, true);
  bytes[108] = state;
  if (extensions === undefined) return bytes;
  return Uint8Array.from(
    Buffer.concat([bytes, Uint8Array.of(2), ...extensions.map(packExtension)]),
  );
}

/** Content of `InterestBearingConfig`: authority, start, average rate (i16), last change, rate (i16). */
export function interestContent(averageRate: number, rate: number): Uint8Array {
  const bytes = new Uint8Array(52);
  new DataView(bytes.buffer).setInt16(40, averageRate, true);
  new DataView(bytes.buffer).setInt16(50, rate, true);
  return bytes;
}

/** Content of `ScaledUiAmountConfig`: authority, factor (f64), when the next one holds, that factor. */
export function scaleContent(factor: number, next: number): Uint8Array {
  const bytes = new Uint8Array(56);
  new DataView(bytes.buffer).setFloat64(32, factor, true);
  new DataView(bytes.buffer).setFloat64(48, next, true);
  return bytes;
}

function packExtension({ type, content }: MintExtension): Uint8Array {
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint16(0, type, true);
  new DataView(header.buffer).setUint16(2, content.length, true);
  return Buffer.concat([header, content]);
}

function putOptional(bytes: Uint8Array, at: number, key: Uint8Array | undefined): void {
  if (!key) return;
  bytes[at] = 1;
  bytes.set(key, at + 4);
}
