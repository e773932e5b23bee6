import type { Place } from './finding.ts';

/** Something that may stand in the registry once only, and where it stands. */
export interface Claim extends Place {
  /** Equal for equal things, however they are written. */
  readonly key: string;
  readonly text: string;
  /** The shared pool that its asset declares: what stands in it may stand under each of its assets. */
  readonly pool?: string | undefined;
}
