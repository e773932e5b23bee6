import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The content of an asset's folder; text is written as it is, anything else as JSON. */
export interface AssetFolder {
  readonly 'asset.json'?: unknown;
  readonly 'reserves.json'?: unknown;
  readonly [file: string]: unknown;
}

/** A registry in a directory of its own, removed by `await using` or by `remove()`. */
export interface BuiltRegistry extends AsyncDisposable {
  readonly directory: string;
  remove(): Promise<void>;
}

export const mainnet = 'bip122:000000000019d6689c085ae165831e93';
export const regtest = 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328';

/** One valid mainnet address of each script type (the BIPs' own examples). */
export const mainnetAddresses = {
  p2pkh: '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH',
  p2sh: '3JvL6Ymt8MVWiCNHC7oWU6nLeHNJKLZGLN',
  p2wpkh: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  p2wsh: 'bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3',
  p2tr: 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
} as const;

const sources = {
  issuer: {
    kind: 'published',
    by: 'the issuer',
    source: 'https://issuer.example/addresses',
    date: '2026-01-02',
  },
} as const;

/** Writes a registry into a new temporary directory. */
export async function buildRegistry(
  folders: Readonly<Record<string, AssetFolder>>,
): Promise<BuiltRegistry> {
  const directory = await mkdtemp(join(tmpdir(), 'assay-registry-'));
  for (const [id, files] of Object.entries(folders)) {
    await mkdir(join(directory, id), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const path = join(directory, id, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    }
  }
  const remove = () => rm(directory, { recursive: true, force: true });
  return { directory, remove, [Symbol.asyncDispose]: remove };
}

/** A valid asset.json of a mainnet asset with one canonical ERC-20, with what the caller changes. */
export function makeAssetFile(id: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    $schema: '../schema/asset.schema.json',
    schema: 'assay.asset/1',
    id,
    name: `Asset ${id}`,
    symbol: id.toUpperCase(),
    issuer: 'Issuer',
    reserveChain: mainnet,
    coverage: { status: 'complete' },
    sources,
    deployments: [makeDeployment()],
    ...changes,
  };
}

/** A valid entry of `deployments`, with what the caller changes; nobody knows a bridged one's lockbox. */
export function makeDeployment(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    ...(changes.kind === 'bridged' && { lockbox: 'unknown' }),
    token: 'eip155:1/erc20:0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
    kind: 'canonical',
    decimals: 8,
    provenance: ['issuer'],
    ...changes,
  };
}

/** A valid reserves.json with these addresses, each a text or an entry that the caller made. */
export function makeReservesFile(
  addresses: readonly unknown[] = [mainnetAddresses.p2wpkh],
  changes: Readonly<Record<string, unknown>> = {},
) {
  return {
    $schema: '../schema/reserves.schema.json',
    schema: 'assay.reserves/1',
    sources,
    addresses: addresses.map((address) =>
      typeof address === 'string' ? makeCustody(address) : address,
    ),
    ...changes,
  };
}

/** A valid entry of `addresses`, with what the caller changes. */
export function makeCustody(address: string, changes: Readonly<Record<string, unknown>> = {}) {
  return { address, custodian: 'Custodian', provenance: ['issuer'], ...changes };
}

/** The folder of an asset, valid as it is. */
export function makeAssetFolder(id: string): AssetFolder {
  return { 'asset.json': makeAssetFile(id), 'reserves.json': makeReservesFile() };
}
