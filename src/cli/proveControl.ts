import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type GradedProof, gradeProof } from '../control/gradeProof.ts';
import type { Verification } from '../control/verification.ts';
import { verifyMessage } from '../control/verifyMessage.ts';
import { verifyMultisigMessage } from '../control/verifyMultisigMessage.ts';
import { AssayError } from '../core/assayError.ts';
import { formatTime } from '../core/unixTime.ts';
import type { Asset } from '../registry/asset.ts';
import { loadRegistry } from '../registry/loadRegistry.ts';
import { findAsset } from './findAsset.ts';
import { formatProofs } from './output/formatProofs.ts';
import { createStyle } from './output/style.ts';
import { ProofFile } from './proofFile.ts';
import { readDocument } from './readDocument.ts';
import { registryDirectory } from './registryDirectory.ts';
import type { Terminal } from './terminal.ts';
import { writeNewFile } from './writeNewFile.ts';

export interface ProveOptions {
  readonly registry?: string;
  readonly challenge?: string;
  readonly maxAge: number;
  readonly record?: boolean;
  readonly json?: boolean;
}

/** One address with what its proof is worth. */
export interface AddressProof {
  readonly address: string;
  /** Whether the registry lists the address for the asset. */
  readonly listed: boolean;
  readonly verification: Verification;
  readonly graded: GradedProof;
}

/**
 * Checks the proofs of a custodian and shows what each is worth. With `record` they become evidence in
 * the asset's folder, if every one of them is proven; else the registry is left as it is.
 */
export async function proveControl(
  id: string,
  file: string,
  options: ProveOptions,
  terminal: Terminal,
): Promise<number> {
  const directory = registryDirectory(options.registry, terminal);
  const asset = findAsset(await loadRegistry(directory), id);
  const sent = parseProofs(await readDocument(file, terminal.signal), file);
  if (options.challenge !== undefined) {
    await requireIssued(sent, options.challenge, terminal.signal);
  }
  const proofs = sent.proofs.map((proof) => judge(proof, sent.message, asset, options, terminal));
  const proven = proofs.every((one) => one.listed && one.graded.grade === 'proven');
  const recorded = proven && options.record ? await record(directory, asset, sent, proofs) : null;
  if (options.json) {
    const document = { asset: asset.id, proven, recorded, proofs };
    terminal.writeOut(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    terminal.writeOut(formatProofs(proofs, recorded, createStyle(terminal.colors)));
  }
  return proven ? 0 : 1;
}

function parseProofs(text: string, file: string): ProofFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AssayError('CONTROL_PROOFS_MALFORMED', { message: `${file} is not JSON`, cause });
  }
  const parsed = ProofFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = `/${issue?.path.map(String).join('/') ?? ''}`;
  throw new AssayError('CONTROL_PROOFS_MALFORMED', {
    message: `${file} is wrong at ${place}: ${issue?.message ?? ''}`,
  });
}

/** @throws AssayError CONTROL_CHALLENGE_FOREIGN where another text was signed than was issued */
async function requireIssued(sent: ProofFile, file: string, signal: AbortSignal): Promise<void> {
  const issued = (await readDocument(file, signal)).replace(/\r?\n$/, '');
  if (issued === sent.message) return;
  throw new AssayError('CONTROL_CHALLENGE_FOREIGN', {
    message: `the signed message is not the challenge in ${file}`,
  });
}

function judge(
  proof: ProofFile['proofs'][number],
  message: string,
  asset: Asset,
  { maxAge }: ProveOptions,
  { clock }: Terminal,
): AddressProof {
  const { address } = proof;
  const { network } = asset;
  const listed = asset.custody.some((custody) => custody.address === address);
  const verification =
    'script' in proof
      ? verifyMultisigMessage({ ...proof, network, message })
      : verifyMessage({ ...proof, network, message });
  const policy = {
    assetId: asset.id,
    registryDigest: asset.digest,
    now: clock(),
    maxAgeDays: maxAge,
  };
  return { address, listed, verification, graded: gradeProof(verification, message, policy) };
}

/** Writes the proofs, as they were sent, into the asset's evidence; the name tells the challenge. */
async function record(
  directory: string,
  asset: Asset,
  sent: ProofFile,
  proofs: readonly AddressProof[],
): Promise<string | null> {
  const [first] = proofs;
  if (first?.graded.grade !== 'proven') return null;
  const { date, nonce } = first.graded.challenge;
  const folder = join(directory, asset.id, 'evidence');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${formatTime(date).slice(0, 10)}-${nonce}.json`);
  await writeNewFile(path, `${JSON.stringify(sent, null, 2)}\n`);
  return path;
}
