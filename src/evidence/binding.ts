import type { Report } from '../attest/report.ts';
import type { CustodyAddress } from '../registry/asset.ts';
import type { AuditSubject } from '../registry/auditSubject.ts';
import type { BlockAtMoment } from '../registry/gradeCustody.ts';

/** What a report is compared with. */
export interface RegistryView {
  readonly subject: AuditSubject;
  /** The custody addresses in force at the audited block. */
  readonly custody: readonly CustodyAddress[];
  readonly point: BlockAtMoment;
}

/** By what a field of a report is bound, where an evidence bundle was verified. */
export type Binding =
  /** It follows from other fields: the report's own check derives it again. */
  | { readonly by: 'report' }
  /** The registry in the bundle says it: by `agrees`, or where there is none by a comparison of its own. */
  | {
      readonly by: 'registry';
      readonly what: string;
      readonly agrees?: (report: Report, registry: RegistryView) => boolean;
    }
  /** Records of the bundle show it, or it is said to be not proved. */
  | { readonly by: 'evidence' }
  /** Nothing but the attester's word; `what` names it in a list. */
  | { readonly by: 'attester'; readonly what: string };
