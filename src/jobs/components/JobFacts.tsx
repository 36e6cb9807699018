import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../../components/CopyButton';
import type { INotebookJob } from '../../tokens';
import { optionFacts } from '../facts';

interface IFactsProps {
  job: INotebookJob;
  trans: TranslationBundle;
  locale?: string;
}

/** What a job was given and where its files are. */
export function JobFacts(props: IFactsProps): JSX.Element {
  const { job, trans, locale } = props;
  const facts = optionFacts(job, trans, locale);
  return (
    <>
      <Values
        title={trans.__('Parameters')}
        values={job.parameters}
        trans={trans}
      />
      <Values
        title={trans.__('Environment variables')}
        values={job.environment}
        trans={trans}
        isHidden
      />
      <section aria-label={trans.__('Details')}>
        <h3>{trans.__('Details')}</h3>
        <dl className="jp-SageMakerStudio-Facts">
          {facts
            .filter(({ value }) => value)
            .map(({ id, label, value }) => (
              <React.Fragment key={id}>
                <dt>{label}</dt>
                <dd>
                  {value}
                  <CopyButton
                    text={() => value}
                    label={trans.__('Copy: %1', label)}
                    trans={trans}
                  />
                </dd>
              </React.Fragment>
            ))}
        </dl>
      </section>
    </>
  );
}

/** Names and values; hidden ones are shown one by one on request. */
function Values(props: {
  title: string;
  values: Record<string, string>;
  trans: TranslationBundle;
  isHidden?: boolean;
}): JSX.Element | null {
  const { title, values, trans, isHidden } = props;
  const entries = Object.entries(values);
  if (entries.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <dl className="jp-SageMakerStudio-Facts">
        {entries.map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              {isHidden ? (
                <Secret name={name} value={value} trans={trans} />
              ) : (
                <code>{value}</code>
              )}
            </dd>
          </React.Fragment>
        ))}
      </dl>
    </section>
  );
}

function Secret(props: {
  name: string;
  value: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { name, value, trans } = props;
  const [isShown, setShown] = React.useState(false);
  return (
    <>
      <code>{isShown ? value : '••••••'}</code>{' '}
      <button
        type="button"
        className="jp-SageMakerStudio-linkButton"
        aria-label={
          isShown
            ? trans.__('Hide the value of %1', name)
            : trans.__('Show the value of %1', name)
        }
        onClick={() => setShown(!isShown)}
      >
        {isShown ? trans.__('Hide') : trans.__('Show')}
      </button>
    </>
  );
}
