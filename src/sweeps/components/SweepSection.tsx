import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { VirtualTable } from '../../components/VirtualTable';
import type { IColumn } from '../../components/VirtualTable';
import { Checkbox, Field, ProblemText } from '../../components/fields';
import { formatDuration } from '../../core/format';
import { formatDollars, mostCost } from '../../jobs/cost';
import type { SweepPart } from '../formPart';
import type { ISweepPlan } from '../plan';
import { suggestConcurrency } from '../plan';

/** What a {@link SweepSection} needs. */
export interface ISweepSectionProps {
  part: SweepPart;
  trans: TranslationBundle;
  locale?: string;
}

/** The section of the job form that makes one job several. */
export function SweepSection(props: ISweepSectionProps): JSX.Element {
  const { part, trans } = props;
  const { form, plan } = part;
  return (
    <fieldset className="jp-SageMakerStudio-FormSection">
      <legend>{trans.__('Sweep')}</legend>
      <Checkbox
        label={trans.__('Run with several values')}
        isChecked={form.isOn}
        help={trans.__(
          'Parameters get several values, and each combination becomes a job.'
        )}
        onChange={isOn => part.update({ isOn })}
      />
      {form.isOn && (
        <>
          {part.host.parameters.length === 0 && (
            <p className="jp-SageMakerStudio-Field-help">
              {trans.__('Add a parameter above, and give it several values.')}
            </p>
          )}
          <p role="status">
            <strong>{plan.words}</strong>
          </p>
          <ProblemText problem={plan.problems.size} />
          <Sample {...props} />
          <Concurrency {...props} />
          <Cost {...props} />
          <Preview plan={plan} trans={trans} />
        </>
      )}
    </fieldset>
  );
}

function Sample({ part, trans }: ISweepSectionProps): JSX.Element {
  const { form, plan } = part;
  return (
    <>
      <Checkbox
        label={trans.__('Only a random sample')}
        isChecked={form.isSample}
        help={trans.__(
          'Each combination is drawn at most once; the same seed draws the same ones.'
        )}
        onChange={isSample => part.update({ isSample })}
      />
      {form.isSample && (
        <div className="jp-SageMakerStudio-Sweep-row">
          <Field
            label={trans.__('Jobs to draw')}
            problem={plan.problems.sampleSize}
          >
            {attributes => (
              <input
                {...attributes}
                type="text"
                inputMode="numeric"
                value={form.sampleSize}
                onChange={event =>
                  part.update({ sampleSize: event.target.value })
                }
              />
            )}
          </Field>
          <Field label={trans.__('Seed')} problem={plan.problems.seed}>
            {attributes => (
              <input
                {...attributes}
                type="text"
                inputMode="numeric"
                value={form.seed}
                onChange={event => part.update({ seed: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
    </>
  );
}

function Concurrency({ part, trans }: ISweepSectionProps): JSX.Element {
  const { form, plan, quota, host } = part;
  const limit = quota?.value ?? null;
  return (
    <Field
      label={trans.__('Jobs at once')}
      problem={plan.problems.concurrency}
      help={
        quota === null
          ? trans.__('Reading the quota of %1…', host.instanceType)
          : 'reason' in quota
            ? trans.__(
                'The quota of %1 can’t be read: %2',
                host.instanceType,
                quota.reason
              )
            : limit === 0
              ? trans.__(
                  'Your quota is “%1 for training job usage”: 0. No job will start before an administrator has it raised.',
                  host.instanceType
                )
              : trans.__(
                  'Your quota allows %1 of %2 for training at once, other jobs included.',
                  limit ?? 0,
                  host.instanceType
                )
      }
    >
      {attributes => (
        <input
          {...attributes}
          type="text"
          inputMode="numeric"
          value={form.concurrency}
          placeholder={String(suggestConcurrency(plan.count, limit))}
          onChange={event => part.update({ concurrency: event.target.value })}
        />
      )}
    </Field>
  );
}

function Cost(props: ISweepSectionProps): JSX.Element | null {
  const { part, trans, locale } = props;
  const { plan, host, prices } = part;
  const { instanceType, maxRuntimeSeconds, usesSpot } = host;
  const most = mostCost(plan.count, maxRuntimeSeconds, instanceType, prices);
  return most === null || plan.count === 0 ? null : (
    <p className="jp-SageMakerStudio-Field-help">
      {trans.__(
        'Up to %1, if all %2 jobs run until their time-out of %3; jobs that end earlier cost less.',
        formatDollars(most),
        plan.count,
        formatDuration(maxRuntimeSeconds * 1000, locale)
      )}
      {usesSpot &&
        ' ' +
          trans.__(
            'That is the on-demand price; spot capacity costs less, and AWS tells how much less when a job has ended.'
          )}
    </p>
  );
}

/** All combinations; only the rows in view are worked out. */
function Preview(props: {
  plan: ISweepPlan;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { plan, trans } = props;
  const columns = React.useMemo(
    (): IColumn<number>[] => [
      {
        id: 'number',
        label: trans.__('Job'),
        width: '56px',
        render: at => at + 1
      },
      ...plan.axes.map(({ name }): IColumn<number> => ({
        id: `value:${name}`,
        label: name,
        width: 'minmax(80px, 1fr)',
        render: at => {
          const value = plan.combination(at)[name];
          return <code title={value}>{value}</code>;
        }
      }))
    ],
    [plan, trans]
  );
  const rows = React.useMemo(() => [...Array(plan.count).keys()], [plan]);
  return plan.count === 0 ? null : (
    <details>
      <summary>{trans.__('Combinations')}</summary>
      <div
        className="jp-SageMakerStudio-Sweep-preview"
        style={{ height: 44 + Math.min(8, plan.count) * 28 }}
      >
        <VirtualTable
          label={trans.__('Combinations')}
          columns={columns}
          rows={rows}
          rowKey={String}
          rowHeight={28}
          trans={trans}
        />
      </div>
    </details>
  );
}
