import type { Recorded } from '../recordEvidence.ts';

/** What became of evidence, and what is left to do. */
export function formatRecorded(recorded: Recorded | null): string {
  if (recorded === null) return 'Nothing was recorded.';
  return [
    `Recorded in ${recorded.file}`,
    `The digest of the registry changed; it is now ${recorded.registryDigest}:`,
    "the registry's CHANGELOG.md needs an entry with it and the reason.",
  ].join('\n');
}
