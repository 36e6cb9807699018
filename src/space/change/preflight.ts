import type { TranslationBundle } from '@jupyterlab/translation';

import {
  anotherChange,
  image,
  offered,
  problems,
  quota,
  rules,
  sharing,
  spaceState
} from './awsFindings';
import type {
  FindingLevel,
  IChecks,
  IFinding,
  IPreflightFacts,
  IPreflightOptions
} from './findings';
import {
  appName,
  documents,
  kernels,
  scratch,
  tasks,
  terminals
} from './labFindings';
import type { IPlan, IPlanFacts } from './plan';
import { stopsApp } from './plan';

export type * from './findings';

/** Look at everything before anything is touched. */
export function preflight(
  plan: IPlan,
  aws: IPlanFacts,
  facts: IPreflightFacts,
  options: IPreflightOptions,
  trans: TranslationBundle,
  locale?: string
): IFinding[] {
  const at: IChecks = { plan, aws, facts, options, trans, locale };
  const own = facts.isOwn && stopsApp(plan);
  const starts = plan.purpose !== 'stop';
  const checks: (IFinding | null)[] = [
    ...problems(at),
    spaceState(at),
    anotherChange(at),
    sharing(at),
    own ? appName(at) : null,
    own ? documents(at) : null,
    own ? kernels(at) : null,
    own ? terminals(at) : null,
    own ? tasks(at) : null,
    own ? scratch(at) : null,
    starts ? offered(at) : null,
    starts ? quota(at) : null,
    starts ? image(at) : null,
    rules(at)
  ];
  return checks
    .filter(finding => finding !== null)
    .sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}

/** What asks for something of the person comes first. */
const ORDER: readonly FindingLevel[] = [
  'blocking',
  'tick',
  'confirm',
  'unknown',
  'checking',
  'fine'
];

/** Whether nothing stands in the way of applying the plan. */
export function isReady(
  findings: readonly IFinding[],
  ticked: ReadonlySet<string>
): boolean {
  return findings.every(
    ({ id, level }) =>
      level !== 'blocking' &&
      level !== 'checking' &&
      (level !== 'tick' || ticked.has(id))
  );
}
