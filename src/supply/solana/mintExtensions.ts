/** Why the supply of a mint is not what its holders have, or why its extensions say nothing. */
export interface MintObstacle {
  readonly kind: 'opaque' | 'other';
  /** Completes "the token …". */
  readonly what: string;
}

/** `ExtensionType` of Token-2022: those whose content decides whether the supply is plain. */
const interestBearing = 10;
const confidentialMintBurn = 24;
const scaledUiAmount = 25;

/**
 * Extensions of mints that leave the supply what it is: transfer fee, close authority, confidential
 * transfers (their balances are part of the supply), default state, non-transferable, permanent
 * delegate, transfer hook, confidential fee, metadata, groups, pausable, permissioned burn.
 */
const harmless: ReadonlySet<number> = new Set([
  1, 3, 4, 6, 9, 12, 14, 16, 18, 19, 20, 21, 22, 23, 26, 28,
]);

/**
 * Looks through the extensions of a Token-2022 mint: type and length, 16 bits each and little-endian,
 * then as many bytes. The end is the type 0, or too few bytes for another type.
 */
export function findObstacle(extensions: Uint8Array): MintObstacle | undefined {
  const view = new DataView(extensions.buffer, extensions.byteOffset, extensions.byteLength);
  for (let at = 0; at + 2 <= extensions.length; ) {
    const type = view.getUint16(at, true);
    if (type === 0) return undefined;
    if (at + 4 > extensions.length) return broken;
    const start = at + 4;
    const end = start + view.getUint16(at + 2, true);
    if (end > extensions.length) return broken;
    const obstacle = judge(type, new DataView(view.buffer, view.byteOffset + start, end - start));
    if (obstacle !== undefined) return obstacle;
    at = end;
  }
  return undefined;
}

const broken: MintObstacle = { kind: 'other', what: 'is a mint with broken extensions' };

function judge(type: number, content: DataView): MintObstacle | undefined {
  if (harmless.has(type)) return undefined;
  switch (type) {
    case confidentialMintBurn:
      return opaque('is minted and burnt in secret, so that its supply does not show');
    case interestBearing:
      if (content.byteLength !== 52) return broken;
      // The average rate before the last change, and the rate since.
      return content.getInt16(40, true) === 0 && content.getInt16(50, true) === 0
        ? undefined
        : opaque('bears interest, so that its supply is not what holders are shown');
    case scaledUiAmount:
      if (content.byteLength !== 56) return broken;
      // The factor now, and the one that is to come.
      return content.getFloat64(32, true) === 1 && content.getFloat64(48, true) === 1
        ? undefined
        : opaque('is scaled, so that its supply is not what holders are shown');
    default:
      return opaque(`has an extension that assay does not know (type ${type})`);
  }
}

function opaque(what: string): MintObstacle {
  return { kind: 'opaque', what };
}
