import { reportLimits } from '../core/reportLimits.ts';
import type { Registry } from './asset.ts';
import { listSubjects } from './auditSubject.ts';
import { createFinding, type Finding } from './finding.ts';

/** What is audited as a whole, an asset or a pool, fits into one report. */
export function checkSizes(registry: Registry): readonly Finding[] {
  return listSubjects(registry).flatMap(({ subject, assets }) => {
    const { deployments, lockboxes = [], liability, feeds = [], discovery = [] } = subject;
    const canonical = deployments.filter(({ kind }) => kind === 'canonical').length;
    const alone = deployments.filter(({ lockbox }) => lockbox === 'unknown').length;
    const sizes = [
      ['assets in the pool', assets.length, reportLimits.poolAssets],
      ['canonical deployments', canonical, reportLimits.deployments],
      ['deployments', deployments.length, reportLimits.graphDeployments],
      ['lockboxes, and copies without one', lockboxes.length + alone, reportLimits.edges],
      ['excluded holdings', liability?.exclude.length ?? 0, reportLimits.excluded],
      ['rates', liability?.rates.length ?? 0, reportLimits.rates],
      ['feeds and places of discovery', feeds.length + discovery.length, reportLimits.claims],
      ['custody addresses', subject.custody.length, reportLimits.addresses],
    ] as const;
    const place = { file: `${subject.id}/asset.json`, pointer: '' };
    const whole = subject.sharing ? `the pool ${subject.sharing.name}` : 'the asset';
    return sizes.flatMap(([what, count, most]) =>
      count <= most
        ? []
        : createFinding(
            'REGISTRY_TOO_LARGE',
            place,
            `${whole} has ${count} ${what}; a report holds ${most}`,
          ),
    );
  });
}
