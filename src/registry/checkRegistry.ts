import type { Asset, Registry } from './asset.ts';
import { type AssetCheck, checkAsset } from './checkAsset.ts';
import { checkDates } from './checkDates.ts';
import { checkPools } from './checkPools.ts';
import { checkProofAge } from './checkProofAge.ts';
import { checkSizes } from './checkSizes.ts';
import { digestRegistry } from './digestAsset.ts';
import { findDuplicates } from './findDuplicates.ts';
import { errorsOf, type Finding } from './finding.ts';
import { findOddFiles, listAssetFolders } from './listAssetFolders.ts';
import { readEvidenceFiles } from './readEvidenceFiles.ts';
import { readRegistryFile } from './readRegistryFile.ts';

/** The registry of a directory, or all that is wrong with it. */
export interface RegistryCheck {
  /** Null where any finding is an error: a registry is used whole or not at all. */
  readonly registry: Registry | null;
  readonly findings: readonly Finding[];
}

/**
 * Reads and checks a registry directory: one folder per asset with asset.json and reserves.json, and
 * perhaps evidence/, whose signatures are verified and whose descriptors are derived.
 * Trusts nothing in it; reports every finding at once, asset by asset, then what several share.
 * Dates are held to `asOf` (YYYY-MM-DD); without it no finding depends on the day.
 *
 * @throws AssayError REGISTRY_NOT_FOUND if the directory is missing or holds no asset,
 * FILE_UNREADABLE if it may not be read
 */
export async function checkRegistry(directory: string, asOf?: string): Promise<RegistryCheck> {
  const { ids, findings: oddFolders } = await listAssetFolders(directory);
  const checks: AssetCheck[] = [];
  for (const id of ids) checks.push(await checkAssetFolder(directory, id));
  const findings = [
    ...oddFolders,
    ...checks.flatMap((check) => check.findings),
    ...findDuplicates(
      'REGISTRY_DUPLICATE_DEPLOYMENT',
      checks.flatMap((check) => check.tokens),
    ),
    ...findDuplicates(
      'REGISTRY_DUPLICATE_ADDRESS',
      checks.flatMap((check) => check.scripts),
    ),
    ...checkPools(checks.flatMap((check) => check.pool ?? [])),
    ...(asOf === undefined ? [] : checks.flatMap((check) => checkDays(check, asOf))),
  ];
  if (errorsOf(findings).length > 0) return { registry: null, findings };
  const registry = createRegistry(checks.flatMap((check) => check.asset ?? []));
  const tooLarge = checkSizes(registry);
  return tooLarge.length === 0
    ? { registry, findings }
    : { registry: null, findings: [...findings, ...tooLarge] };
}

function checkDays(check: AssetCheck, asOf: string): readonly Finding[] {
  return [...checkDates(check, asOf), ...(check.asset ? checkProofAge(check.asset, asOf) : [])];
}

async function checkAssetFolder(directory: string, id: string): Promise<AssetCheck> {
  const odd = await findOddFiles(directory, id);
  const findings: Finding[] = [...odd];
  const read = async (name: string): Promise<unknown> => {
    const file = `${id}/${name}`;
    if (odd.some((finding) => finding.file === file)) return undefined;
    const content = await readRegistryFile(directory, file);
    if (content.ok) return content.value;
    findings.push(content.finding);
    return undefined;
  };
  const asset = await read('asset.json');
  const reserves = await read('reserves.json');
  const isOdd = odd.some(({ file }) => file === `${id}/evidence`);
  const evidence = isOdd
    ? { files: new Map(), findings: [] }
    : await readEvidenceFiles(directory, id);
  findings.push(...evidence.findings);
  const check = await checkAsset(id, { asset, reserves, evidence: evidence.files });
  return { ...check, findings: [...findings, ...check.findings] };
}

function createRegistry(assets: readonly Asset[]): Registry {
  return {
    assets: new Map(assets.map((asset) => [asset.id, asset])),
    digest: digestRegistry(new Map(assets.map(({ id, digest }) => [id, digest]))),
  };
}
