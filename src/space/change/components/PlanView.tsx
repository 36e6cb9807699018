import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Consequences } from '../../../components/Consequences';
import { ErrorCard } from '../../../components/ErrorCard';
import type { IExecutorChoice } from '../executors';
import { usualWords } from '../history';
import type { IPlan } from '../plan';
import { stopsApp } from '../plan';
import type { Proposal } from '../proposal';
import { consequences } from '../words';
import { Findings } from './Findings';
import { PlanForm } from './PlanForm';
import { PlanOptions } from './PlanOptions';

/** What a {@link PlanView} needs. */
export interface IPlanViewProps {
  proposal: Proposal;
  trans: TranslationBundle;
  locale?: string;
}

/** A plan to be confirmed: what changes, what it takes and costs, and what stands in the way. */
export function PlanView(props: IPlanViewProps): JSX.Element {
  const { proposal, trans, locale } = props;
  const { error, plan, executor } = proposal;
  if (error) {
    return (
      <ErrorCard
        error={error}
        trans={trans}
        title={trans.__('The space can’t be read')}
      />
    );
  }
  if (!plan || !executor) {
    return <p role="status">{trans.__('Looking at the space…')}</p>;
  }
  return (
    <div className="jp-SageMakerStudio-Plan">
      {plan.purpose === 'change' ? (
        <PlanForm
          proposal={proposal}
          plan={plan}
          trans={trans}
          locale={locale}
        />
      ) : (
        <Rows plan={plan} trans={trans} />
      )}
      {plan.severity !== 'none' && (
        <Consequence {...props} plan={plan} executor={executor} />
      )}
    </div>
  );
}

/** What applying a plan takes. */
function Consequence(
  props: IPlanViewProps & { plan: IPlan; executor: IExecutorChoice }
): JSX.Element {
  const { proposal, plan, executor, trans, locale } = props;
  const { usual } = proposal;
  return (
    <>
      <Prices plan={plan} trans={trans} locale={locale} />
      <Executor executor={executor} trans={trans} />
      <Losses proposal={proposal} plan={plan} trans={trans} locale={locale} />
      {usual && stopsApp(plan) && (
        <p className="jp-SageMakerStudio-Plan-quiet">
          {usualWords(usual, trans, locale)}
        </p>
      )}
      <Findings
        findings={proposal.findings}
        ticked={proposal.ticked}
        onTick={(id, isTicked) => proposal.tick(id, isTicked)}
        trans={trans}
      />
      <PlanOptions proposal={proposal} trans={trans} />
    </>
  );
}

function Rows(props: {
  plan: IPlan;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { plan, trans } = props;
  if (plan.rows.length === 0) {
    return null;
  }
  return (
    <table className="jp-SageMakerStudio-Plan-rows">
      <thead>
        <tr>
          <th scope="col">{trans.__('Change')}</th>
          <th scope="col">{trans.__('Now')}</th>
          <th scope="col">{trans.__('Then')}</th>
        </tr>
      </thead>
      <tbody>
        {plan.rows.map(row => (
          <tr key={row.field}>
            <th scope="row">{row.label}</th>
            <td>{row.before}</td>
            <td>
              <strong>{row.after}</strong>
              {row.note && (
                <p className="jp-SageMakerStudio-Plan-quiet">{row.note}</p>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Prices(props: {
  plan: IPlan;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element | null {
  const { plan, trans, locale } = props;
  const { before, after, reason } = plan.prices;
  if (!plan.draft.instanceType && plan.purpose !== 'start') {
    return null;
  }
  const hourly = (price: number | undefined) =>
    price === undefined
      ? trans.__('price not known')
      : trans.__('%1 an hour', dollars(price, locale));
  return (
    <p className="jp-SageMakerStudio-Plan-prices">
      {reason !== undefined
        ? trans.__('Prices are not known: %1', reason)
        : plan.draft.instanceType
          ? trans.__('%1 → %2', hourly(before), hourly(after))
          : hourly(after)}
    </p>
  );
}

function dollars(price: number, locale: string | undefined): string {
  return new Intl.NumberFormat(locale?.replace(/_/g, '-') || undefined, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: price < 1 ? 4 : 2
  }).format(price);
}

function Executor(props: {
  executor: IExecutorChoice;
  trans: TranslationBundle;
}): JSX.Element {
  const { executor, trans } = props;
  const names = {
    direct: trans.__('From here'),
    'state-machine': trans.__('State machine'),
    scheduled: trans.__('Booked start'),
    'hand-off': trans.__('By hand in Studio'),
    none: trans.__('Not from here')
  };
  return (
    <div className="jp-SageMakerStudio-Plan-executor">
      <p>
        <strong>{names[executor.kind]}: </strong>
        {executor.sentence}
      </p>
      {executor.rejected.length > 0 && (
        <details>
          <summary>{trans.__('Why not otherwise?')}</summary>
          <ul>
            {executor.rejected.map(({ kind, reason }) => (
              <li key={kind}>{trans.__('%1: %2', names[kind], reason)}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Losses(props: {
  proposal: Proposal;
  plan: IPlan;
  trans: TranslationBundle;
  locale?: string;
}): JSX.Element | null {
  const { proposal, plan, trans, locale } = props;
  const { lost, kept } = consequences(plan, proposal.facts, trans, locale);
  return lost.length > 0 ? (
    <Consequences lost={lost} kept={kept} trans={trans} />
  ) : null;
}
