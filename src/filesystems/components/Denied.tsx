import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { showErrorDetails } from '../../components/errorDetails';
import type { StudioError } from '../../core/errors';
import { missingActionOf } from '../../core/permissions';
import type { Known } from '../../tokens';
import type { IFileSystemsFacts } from '../facts';

/** What AWS refused to tell, and which permission is missing for it. */
export function Denied(props: {
  facts: IFileSystemsFacts;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { facts, trans } = props;
  const refused = refusals(facts, trans);
  return refused.length > 0 ? (
    <section className="jp-SageMakerStudio-FileSystems-denied">
      <h4>{trans.__('Not known')}</h4>
      <ul>
        {refused.map(({ name, error }) => (
          <li key={labelOf(error)}>
            {name}
            {': '}
            <Reason error={error} trans={trans} />{' '}
            <button
              type="button"
              className="jp-SageMakerStudio-linkButton"
              aria-label={trans.__('Why it is not known: %1', name)}
              onClick={() => void showErrorDetails(error, trans)}
            >
              {trans.__('Why?')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  ) : null;
}

/** Each missing permission once, with what it keeps from being known. */
function refusals(
  facts: IFileSystemsFacts,
  trans: TranslationBundle
): { name: string; error: StudioError }[] {
  const targets = trans.__('Mount targets');
  const groups = trans.__('Security groups');
  const sources: [string, Known<unknown> | undefined][] = [
    [trans.__('What is attached to the space'), facts.space],
    [trans.__('What administrators allow'), facts.rules],
    [trans.__('File systems of Amazon EFS'), facts.efs],
    [trans.__('File systems of FSx for Lustre'), facts.lustre],
    [trans.__('Subnets of the domain'), facts.domain?.subnets],
    [groups, facts.domain?.nfsGroups]
  ];
  for (const network of Object.values(facts.networks)) {
    sources.push([targets, network.targets], [groups, network.groups]);
    for (const target of network.targets.value ?? []) {
      sources.push([
        trans.__('Security groups of mount targets'),
        target.groups
      ]);
    }
  }
  for (const point of Object.values(facts.accessPoints)) {
    sources.push([trans.__('Access points'), point]);
  }
  const found = new Map<string, { name: string; error: StudioError }>();
  for (const [name, source] of sources) {
    if (source && 'reason' in source && source.error) {
      const { error } = source;
      const key = labelOf(error);
      found.set(key, found.get(key) ?? { name, error });
    }
  }
  return [...found.values()];
}

function Reason(props: {
  error: StudioError;
  trans: TranslationBundle;
}): JSX.Element {
  const { error, trans } = props;
  const missing = missingActionOf(error);
  return missing ? (
    <>
      {trans.__('missing permission')} <code>{missing.action}</code>
    </>
  ) : (
    <>{error.code}</>
  );
}

/** The missing permission, or the error's code and call. */
function labelOf(error: StudioError): string {
  return (
    missingActionOf(error)?.action ?? `${error.code} ${error.operation ?? ''}`
  );
}
