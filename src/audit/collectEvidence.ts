import pLimit from 'p-limit';
import type { BitcoinSource } from '../bitcoin/bitcoinSource.ts';
import { hash256 } from '../bitcoin/hash256.ts';
import type { InclusionReader } from '../bitcoin/inclusionReader.ts';
import { AssayError } from '../core/assayError.ts';
import type { ChainPoint } from '../core/chainPoint.ts';
import type { ReadContext } from '../core/source.ts';
import { headerLength, showHash } from '../evidence/blockHeader.ts';
import {
  type BundleRecord,
  type CoinbaseRecord,
  headersPerRecord,
} from '../evidence/bundleRecord.ts';
import type { SupplyProof } from '../evidence/evmSupplyProof.ts';
import type { HeaderReader } from '../evidence/headerStore.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import { type AnySupplySource, isLatest } from '../supply/latestSupplySource.ts';
import type { AuditReadings } from './auditReadings.ts';
import { firstOf } from './firstOf.ts';
import { type OutputsByBlock, planEvidence } from './planEvidence.ts';
import { readLinkedHeaders } from './readLinkedHeaders.ts';

/** What evidence is collected from. */
export interface EvidenceSources {
  readonly bitcoin: readonly BitcoinSource[];
  readonly supply: readonly AnySupplySource[];
  /** A header store: then the bundle has only the headers that it needs, and the reader the others. */
  readonly headerAt?: HeaderReader | undefined;
}

/** Blocks whose transactions are fetched at the same time, ahead of those being written. */
const blocksAhead = 8;

/**
 * The records of an evidence bundle, in their order, as they are fetched: the registry's files, the
 * headers, every counted output with its way into its block, and the proofs of supply. Each is taken
 * from the first source that gives it, headers from the first whose headers link: who verifies needs to
 * trust none of them.
 *
 * @throws AssayError EVIDENCE_UNAVAILABLE where there is nothing to show or no source that could,
 * SOURCE_*, BITCOIN_*, HEADERS_MISSING
 */
export async function* collectEvidence(
  subject: AuditSubject,
  readings: AuditReadings,
  sources: EvidenceSources,
  context: ReadContext,
): AsyncGenerator<BundleRecord> {
  const plan = planEvidence(readings);
  const { files } = subject;
  if (!files || files.length === 0) throw unavailable('the registry was not read from files');
  const inclusions = sources.bitcoin.flatMap(({ inclusion }) => inclusion ?? []);
  if (inclusions.length === 0) throw unavailable('no Bitcoin source can show what it says');
  const proofs = await proveSupplies(readings, sources.supply, context);
  const { blocks, point, moment } = plan;
  const { fromHeight, toHeight } = moment;
  yield {
    type: 'manifest',
    manifest: {
      schema: 'assay.evidence/1',
      assets: files.map(({ id }) => id),
      bitcoinPoint: { ...point },
      headers: sources.headerAt ? 'store' : 'linked',
      moment: { fromHeight, toHeight },
      blocks: blocks.length,
      transactions: plan.transactions,
      outputs: plan.outputs,
      proofs: proofs.length,
    },
  };
  for (const file of files) yield { type: 'registry', registry: { ...file } };

  const hashes = new Map<number, string>();
  const { headerAt } = sources;
  const around = { start: fromHeight, headers: moment.headers };
  if (headerAt) yield { type: 'headers', ...around };
  else {
    const from = Math.min(blocks[0]?.height ?? fromHeight, fromHeight);
    const runs = await readLinkedHeaders(sources.bitcoin, from, around, context);
    for (const { height } of blocks) {
      if (height > point.height) throw missing(height);
      const at = height - from;
      const headers = runs[Math.floor(at / headersPerRecord)]?.headers ?? missing(height);
      const offset = (at % headersPerRecord) * headerLength;
      hashes.set(height, showHash(hash256(headers.subarray(offset, offset + headerLength))));
    }
    for (const { start, headers } of runs) yield { type: 'headers', start, headers };
    const coinbase = await readCoinbase(point, subject, inclusions, context);
    if (coinbase) yield coinbase;
  }
  yield* blockRecords(blocks, inclusions, hashes, headerAt, context);
  for (const proof of proofs) yield { type: 'supply', proof };
}

/**
 * The coinbase of the audited block, which shows its height. Servers that cannot give it leave the height
 * to the attester's word; all else is shown none the less.
 */
async function readCoinbase(
  point: ChainPoint,
  { network }: AuditSubject,
  readers: readonly InclusionReader[],
  context: ReadContext,
): Promise<CoinbaseRecord | undefined> {
  if (point.height < network.bip34Height) return undefined;
  try {
    const proof = await firstOf(readers, (one) => one.readCoinbase(point, context));
    return { type: 'coinbase', branch: joinBytes(proof.branch), transaction: proof.transaction };
  } catch (thrown) {
    context.signal?.throwIfAborted();
    if (thrown instanceof AssayError && thrown.code !== 'INTERNAL_ERROR') return undefined;
    throw thrown;
  }
}

/** Each block with its transactions, in order; fetched a few blocks ahead. */
async function* blockRecords(
  blocks: readonly OutputsByBlock[],
  readers: readonly InclusionReader[],
  hashes: ReadonlyMap<number, string>,
  headerAt: HeaderReader | undefined,
  context: ReadContext,
): AsyncGenerator<BundleRecord> {
  const limit = pLimit(blocksAhead);
  const fetch = (block: OutputsByBlock) =>
    limit(async () => {
      const header = headerAt && (headerAt(block.height) ?? missing(block.height));
      const hash = header
        ? showHash(hash256(header))
        : (hashes.get(block.height) ?? missing(block.height));
      const txids = [...block.outputs.keys()];
      const proofs = await firstOf(readers, (one) =>
        one.readTransactionProofs({ height: block.height, hash }, txids, context),
      );
      return { header, proofs };
    });
  const pending: ReturnType<typeof fetch>[] = [];
  for (let index = 0; index < blocks.length; index++) {
    while (pending.length < index + blocksAhead && pending.length < blocks.length) {
      const next = blocks[pending.length];
      if (!next) break;
      const fetching = fetch(next);
      // Awaited below; a failure before that must not count as unhandled.
      fetching.catch(() => {});
      pending.push(fetching);
    }
    const block = blocks[index];
    const fetched = await pending[index];
    if (!block || !fetched) throw missing(index);
    yield {
      type: 'block',
      height: block.height,
      ...(fetched.header && { header: fetched.header }),
    };
    for (const proof of [...fetched.proofs].sort((a, b) => a.position - b.position)) {
      yield {
        type: 'transaction',
        position: proof.position,
        branch: joinBytes(proof.branch),
        outputs: block.outputs.get(proof.txid) ?? [],
        transaction: proof.transaction,
      };
    }
    pending[index] = Promise.resolve({ header: undefined, proofs: [] });
  }
}

/** Proofs of the agreed supplies, for the chains that some source can prove; the others have none. */
async function proveSupplies(
  { deployments }: AuditReadings,
  sources: readonly AnySupplySource[],
  context: ReadContext,
): Promise<readonly SupplyProof[]> {
  const proofs: SupplyProof[] = [];
  for (const chain of new Set(deployments.map(({ deployment }) => deployment.chain))) {
    const provers = sources.flatMap((one) =>
      one.chain === chain && !isLatest(one) ? (one.evidence ?? []) : [],
    );
    const known = deployments.flatMap(({ deployment, reading: { amount, point } }) =>
      deployment.chain !== chain || amount instanceof AssayError || !point
        ? []
        : [
            {
              point,
              token: deployment.token,
              decimals: deployment.decimals,
              amount,
              slot: deployment.supplySlot,
            },
          ],
    );
    const [first] = known;
    if (!first || provers.length === 0) continue;
    const tokens = known.map(({ point: _, ...token }) => token);
    const evidence = await firstOf(provers, (one) =>
      one.proveSupplies({ point: first.point, tokens }, context),
    );
    proofs.push(...evidence.map(({ proof }) => proof));
  }
  return proofs;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function unavailable(why: string): AssayError {
  return new AssayError('EVIDENCE_UNAVAILABLE', { message: `no evidence can be given: ${why}` });
}

function missing(height: number): never {
  throw new AssayError('HEADERS_MISSING', { message: `no header of block ${height} is at hand` });
}
