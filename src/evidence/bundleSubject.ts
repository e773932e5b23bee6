import { bytesToHex } from '@noble/hashes/utils.js';
import type { z } from 'zod';
import { addressScript } from '../control/addressScript.ts';
import { AssayError } from '../core/assayError.ts';
import { type BitcoinNetwork, findBitcoinNetwork } from '../core/bitcoinNetwork.ts';
import { TokenId, tokenIdParts } from '../core/caip.ts';
import { jsonPointer } from '../core/jsonPointer.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import type {
  Asset,
  CustodyAddress,
  Deployment,
  LiabilityFormula,
  Lockbox,
  Provenance,
  ScriptType,
} from '../registry/asset.ts';
import { AssetFile } from '../registry/assetFile.ts';
import { type AuditSubject, auditSubject } from '../registry/auditSubject.ts';
import { digestAsset, digestRegistry } from '../registry/digestAsset.ts';
import { unknownLockbox } from '../registry/lockboxEntry.ts';
import { parseContract } from '../registry/parseContract.ts';
import { ReservesFile } from '../registry/reservesFile.ts';
import type { RegistryRecord } from './bundleRecord.ts';
import { otherRegistry } from './errors.ts';

/**
 * What was audited, from the registry records of a bundle: digest, custody addresses with their
 * scripts, deployments, coverage. The rules of a registry are not checked again: its digest says that
 * these are the files with which the report was made. Evidence of control is digested, not verified.
 *
 * @throws AssayError EVIDENCE_REGISTRY_MISMATCH
 */
export function bundleSubject(records: readonly RegistryRecord[], assetId: string): AuditSubject {
  try {
    const assets = new Map(records.map((record) => [record.id, readAsset(record)]));
    const asset = assets.get(assetId);
    if (!asset) throw otherRegistry('does not hold the asset of the report');
    const digest = digestRegistry(new Map([...assets].map(([id, one]) => [id, one.digest])));
    const subject = auditSubject({ assets, digest }, asset);
    if ((subject.sharing?.assets.length ?? 1) !== records.length) {
      throw otherRegistry('holds assets that do not share the pool of the audited one');
    }
    return subject;
  } catch (cause) {
    if (cause instanceof AssayError && cause.code === 'EVIDENCE_REGISTRY_MISMATCH') throw cause;
    // Whatever it is: deep nesting, an address of another network, an unknown form of a token.
    throw otherRegistry('cannot be read', cause);
  }
}

function readAsset({ id, asset, reserves, evidence }: RegistryRecord): Asset {
  const file = readFile('asset.json', AssetFile, asset);
  const lists = readFile('reserves.json', ReservesFile, reserves);
  const network = findNetwork(file);
  if (file.id !== id) throw otherRegistry('calls an asset by another id');
  const { name, symbol, issuer, policy, coverage, pool } = file;
  const lockboxes = readLockboxes(file);
  const digest = digestAsset(asset, reserves, new Map(Object.entries(evidence ?? {})));
  return {
    id,
    name,
    symbol,
    issuer,
    network,
    policy,
    coverage,
    ...(pool && { pool }),
    lockboxes,
    ...(file.liability && { liability: readLiability(file.liability) }),
    deployments: file.deployments.map((entry): Deployment => {
      const token = TokenId(entry.token);
      const provenance = pickSources(file.sources, entry.provenance);
      const { kind, decimals } = entry;
      const lockbox =
        entry.lockbox === unknownLockbox
          ? unknownLockbox
          : lockboxes.find(({ key }) => key === entry.lockbox);
      return {
        token,
        ...tokenIdParts(token),
        kind,
        decimals,
        symbol: entry.symbol ?? symbol,
        ...(lockbox && { lockbox }),
        provenance,
      };
    }),
    feeds: (file.feeds ?? []).map((feed) => ({
      ...feed,
      contract: parseContract(feed.contract),
      provenance: [],
    })),
    custody: lists.addresses.map((entry): CustodyAddress => {
      const script = bytesToHex(addressScript(network, entry.address));
      return {
        address: entry.address,
        script,
        scriptType: typeOf(script),
        custodian: entry.custodian,
        provenance: pickSources(lists.sources, entry.provenance),
        since: entry.since,
        until: entry.until,
      };
    }),
    digest,
    listsDigest: evidence ? digestAsset(asset, reserves) : digest,
  };
}

function readFile<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = parseToFirstFault(schema, value);
  if (parsed.success) return parsed.data;
  const place = jsonPointer(parsed.issue.path).slice(0, 120);
  throw otherRegistry(`has no valid ${name}: see ${place || 'the whole'}`);
}

/** Without provenance, which nothing here asks for. */
function readLiability({
  exclude,
  rates = [],
}: NonNullable<AssetFile['liability']>): LiabilityFormula {
  return {
    exclude: exclude.map(({ token, holder, reason }) => ({
      token: TokenId(token),
      holder,
      reason,
      provenance: [],
    })),
    rates: rates.map(({ tokens, feed }) => ({
      tokens: tokens.map(TokenId),
      feed: parseContract(feed),
      provenance: [],
    })),
  };
}

/** Without provenance, too: what a copy is a copy of decides how much is taken off. */
function readLockboxes({ lockboxes = {} }: AssetFile): readonly Lockbox[] {
  return Object.entries(lockboxes).map(([key, { contract, kind, locks, policy }]) => ({
    key,
    contract: parseContract(contract),
    kind,
    ...(locks && { locks: TokenId(locks) }),
    ...(policy && { policy }),
    provenance: [],
  }));
}

function findNetwork({ reserveChain }: AssetFile): BitcoinNetwork {
  const network = findBitcoinNetwork(reserveChain);
  if (!network) throw otherRegistry('names an unknown Bitcoin network');
  return network;
}

/** By the script's first byte; the registry lists no other kinds. */
function typeOf(script: string): ScriptType {
  if (script.startsWith('76')) return 'p2pkh';
  if (script.startsWith('a9')) return 'p2sh';
  if (script.startsWith('51')) return 'p2tr';
  return script.length === 44 ? 'p2wpkh' : 'p2wsh';
}

function pickSources(
  sources: Readonly<Record<string, Provenance>>,
  keys: readonly string[],
): readonly Provenance[] {
  return keys.flatMap((key) => sources[key] ?? []);
}
