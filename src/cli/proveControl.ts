import type { z } from 'zod';
import { type Challenge, parseChallenge } from '../control/challenge.ts';
import { AssayError } from '../core/assayError.ts';
import { parseToFirstFault } from '../core/parseToFirstFault.ts';
import { describeJsonFault, readJson } from '../core/readJson.ts';
import { formatTime } from '../core/unixTime.ts';
import type { Asset } from '../registry/asset.ts';
import { EvidenceFile, evidenceSchemaOf } from '../registry/evidenceFile.ts';
import { loadRegistry } from '../registry/loadRegistry.ts';
import type { ProofFile } from '../registry/proofFile.ts';
import { registryBounds } from '../registry/registryBounds.ts';
import { type ChallengeFault, checkChallengeBlock } from './checkChallengeBlock.ts';
import { findAsset } from './findAsset.ts';
import { type AddressProof, isProven, judgeProofs, withFault } from './judgeProofs.ts';
import { closeSources, openBitcoinSources } from './openSources.ts';
import { formatProofs } from './output/formatProofs.ts';
import { jsonText } from './output/jsonText.ts';
import { createStyle } from './output/style.ts';
import { proveDescriptors } from './proveDescriptors.ts';
import { readDocument } from './readDocument.ts';
import { type Recorded, recordEvidence } from './recordEvidence.ts';
import { registryDirectory } from './registryDirectory.ts';
import type { Terminal } from './terminal.ts';

export interface ProveOptions {
  readonly registry?: string;
  readonly challenge?: string;
  readonly maxAge: number;
  readonly bitcoin: readonly string[];
  readonly record?: boolean;
  readonly json?: boolean;
}

/**
 * Checks what a custodian sent, proofs or descriptors, and shows what it is worth. With `record` it
 * becomes evidence in the asset's folder, if all of it holds; else the registry is left as it is.
 */
export async function proveControl(
  id: string,
  file: string,
  options: ProveOptions,
  terminal: Terminal,
): Promise<number> {
  const directory = registryDirectory(options.registry, terminal);
  const asset = findAsset(await loadRegistry(directory), id);
  const sent = parseEvidence(await readDocument(file), file);
  return sent.schema === 'assay.descriptors/1'
    ? proveDescriptors(directory, asset, sent, options, terminal)
    : proveSignatures(directory, asset, sent, options, terminal);
}

async function proveSignatures(
  directory: string,
  asset: Asset,
  sent: ProofFile,
  options: ProveOptions,
  terminal: Terminal,
): Promise<number> {
  if (options.challenge !== undefined) {
    await requireIssued(sent, options.challenge);
  }
  const policy = { now: terminal.clock(), maxAgeDays: options.maxAge };
  const signed = judgeProofs(sent, asset, policy);
  const { blockChecked, fault } = await judgeChallenge(sent, signed, asset, options, terminal);
  const proofs = fault ? withFault(signed, fault) : signed;
  const proven = proofs.every(isProven);
  const recorded = proven && options.record ? await record(directory, asset, sent) : null;
  if (options.json) {
    const document = { asset: asset.id, proven, blockChecked, recorded, proofs };
    terminal.writeOut(jsonText(document));
  } else {
    const outcome = { blockChecked, recorded };
    terminal.writeOut(formatProofs(proofs, outcome, createStyle(terminal.colors)));
  }
  return proven ? 0 : 1;
}

function parseEvidence(text: string, file: string): EvidenceFile {
  const reading = readJson(text, registryBounds);
  if (!reading.ok) {
    throw new AssayError('CONTROL_PROOFS_MALFORMED', {
      message: `${file} is not JSON (${describeJsonFault(reading.fault)})`,
    });
  }
  const schema: z.ZodType<EvidenceFile> = evidenceSchemaOf(reading.value) ?? EvidenceFile;
  const parsed = parseToFirstFault(schema, reading.value);
  if (!parsed.success) throw malformed(file, parsed.issue.path, parsed.issue.message);
  requireDistinct(parsed.data, file);
  return parsed.data;
}

function requireDistinct(sent: EvidenceFile, file: string): void {
  if (sent.schema !== 'assay.proofs/1') return;
  const seen = new Set<string>();
  sent.proofs.forEach(({ address }, index) => {
    if (seen.has(address))
      throw malformed(file, ['proofs', index], 'the address stands there twice');
    seen.add(address);
  });
}

function malformed(file: string, path: readonly PropertyKey[], what: string): AssayError {
  return new AssayError('CONTROL_PROOFS_MALFORMED', {
    message: `${file} is wrong at /${path.map(String).join('/')}: ${what}`,
  });
}

/** @throws AssayError CONTROL_CHALLENGE_FOREIGN where another text was signed than was issued */
async function requireIssued(sent: ProofFile, file: string): Promise<void> {
  const issued = (await readDocument(file)).replace(/\r?\n$/, '');
  if (issued === sent.message) return;
  throw new AssayError('CONTROL_CHALLENGE_FOREIGN', {
    message: `the signed message is not the challenge in ${file}`,
  });
}

/**
 * Holds the challenge to the chain of the asset. Sources are asked where some are named or evidence is
 * to be kept, and something would be proven by it.
 */
async function judgeChallenge(
  { message }: ProofFile,
  signed: readonly AddressProof[],
  asset: Asset,
  { bitcoin, record }: ProveOptions,
  { signal }: Terminal,
): Promise<{ readonly blockChecked: boolean; readonly fault?: ChallengeFault | undefined }> {
  const challenge = parseChallenge(message);
  if (!challenge || !signed.some(isProven)) return { blockChecked: false };
  if (challenge.bitcoinPoint.chain !== asset.network.chain) {
    const reason = 'the challenge names a block of another chain';
    return { blockChecked: false, fault: { code: 'CONTROL_CHALLENGE_FOREIGN', reason } };
  }
  if (!record && bitcoin.length === 0) return { blockChecked: false };
  const sources = openBitcoinSources(bitcoin, asset.network);
  try {
    const { quorum } = asset.policy;
    const fault = await checkChallengeBlock(challenge, asset.network, sources, quorum, {
      signal,
    });
    return { blockChecked: true, fault };
  } finally {
    await closeSources(sources);
  }
}

/** The name tells the challenge. */
async function record(directory: string, asset: Asset, sent: ProofFile): Promise<Recorded | null> {
  const challenge = parseChallenge(sent.message);
  return challenge ? recordEvidence(directory, asset, nameOf(challenge), sent) : null;
}

function nameOf({ date, nonce }: Challenge): string {
  return `${formatTime(date).slice(0, 10)}-${nonce}.json`;
}
