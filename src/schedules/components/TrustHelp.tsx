import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../../components/CopyButton';
import type { StudioError } from '../../core/errors';

/** Whether EventBridge Scheduler says that it may not assume the role. */
export function isTrustMissing(error: StudioError): boolean {
  return (
    error.code.startsWith('Validation') &&
    /must allow.*Scheduler.*assume/i.test(error.message)
  );
}

/** The statement a role's trust policy lacks. */
export const TRUST_STATEMENT = JSON.stringify(
  {
    Effect: 'Allow',
    Principal: { Service: 'scheduler.amazonaws.com' },
    Action: 'sts:AssumeRole'
  },
  null,
  2
);

/** What to add to a role's trust, to copy for an administrator. */
export function TrustHelp(props: { trans: TranslationBundle }): JSX.Element {
  const { trans } = props;
  return (
    <section
      className="jp-SageMakerStudio-TrustHelp"
      aria-label={trans.__('What the role’s trust policy lacks')}
    >
      <p>
        {trans.__(
          'The role of the job does not trust EventBridge Scheduler yet. An administrator adds this statement to its trust policy (in IAM: the role, “Trust relationships”):'
        )}
      </p>
      <pre>{TRUST_STATEMENT}</pre>
      <CopyButton
        text={() => TRUST_STATEMENT}
        label={trans.__('Copy the statement')}
        isLabelled
        trans={trans}
      />
    </section>
  );
}
