import { digestJson } from '../core/canonicalJson.ts';
import type { Asset } from '../registry/asset.ts';
import { type DerivedCustody, deriveCustody } from '../registry/deriveCustody.ts';
import type { DescriptorFile } from '../registry/descriptorFile.ts';
import { formatDescriptors } from './output/formatDescriptors.ts';
import { jsonText } from './output/jsonText.ts';
import { createStyle } from './output/style.ts';
import type { ProveOptions } from './proveControl.ts';
import { recordEvidence } from './recordEvidence.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows which custody addresses published descriptors give. With `record` they become evidence in the
 * asset's folder, if each of them gives at least one.
 */
export async function proveDescriptors(
  directory: string,
  asset: Asset,
  sent: DescriptorFile,
  options: ProveOptions,
  terminal: Terminal,
): Promise<number> {
  const custody = new Map(asset.custody.map(({ script, address }) => [script, address]));
  const descriptors = deriveCustody(sent.descriptors, { network: asset.network, custody });
  const derived = descriptors.every(givesCustody);
  const recorded =
    derived && options.record ? await recordEvidence(directory, asset, nameOf(sent), sent) : null;
  if (options.json) {
    const document = { asset: asset.id, derived, recorded, descriptors };
    terminal.writeOut(jsonText(document));
  } else {
    terminal.writeOut(formatDescriptors(descriptors, recorded, createStyle(terminal.colors)));
  }
  return derived ? 0 : 1;
}

function givesCustody(one: DerivedCustody): boolean {
  return one.result === 'derived' && one.listed.length > 0;
}

/** By date and content, so that the same descriptors are not kept twice. */
function nameOf({ $schema: _, ...content }: DescriptorFile): string {
  return `${content.date}-${digestJson(content).slice(2, 34)}.json`;
}
