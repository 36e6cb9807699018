import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../../../components/CopyButton';
import { formatDuration } from '../../../core/format';
import { usualWords } from '../history';
import { isBack } from '../progress';
import type { IWatchState } from '../progress';
import { handOffSteps, progressWords } from '../progressWords';
import type { IChangeRecord } from '../record';

/** What can be done from the full-window progress. */
export interface IProgressActions {
  /** Give up, before anything irreversible was done; undefined where that is over. */
  cancel?: () => void;
  /** Load the page anew. */
  reload: () => void;
  /** Leave the page as it is. */
  stay: () => void;
}

/** What a {@link ProgressView} needs. */
export interface IProgressViewProps {
  state: IWatchState;
  record: IChangeRecord;
  /** Milliseconds since the epoch. */
  now: number;
  usual: { duration: number; of: number } | null;
  /** Seconds until the page is loaded anew by itself; null if it is not. */
  countdown: number | null;
  /** What keeps the page from being loaded anew by itself. */
  obstacle: string | null;
  actions: IProgressActions;
  trans: TranslationBundle;
  locale?: string;
}

/** The calm full-window progress of a restart. */
export function ProgressView(props: IProgressViewProps): JSX.Element {
  const { state, record, now, usual, trans, locale } = props;
  const words = progressWords(state, record, { trans, locale });
  const elapsed = formatDuration(
    (state.backAt ?? now) - state.startedAt,
    locale
  );
  const isWaiting = !isBack(state) && state.phase !== 'refused';
  return (
    <section
      className={`jp-SageMakerStudio-Progress jp-mod-${words.tone}`}
      aria-labelledby="jp-sagemaker-studio-progress-title"
    >
      {isWaiting && (
        <div className="jp-SageMakerStudio-Progress-spinner" aria-hidden />
      )}
      <h1 id="jp-sagemaker-studio-progress-title">{words.title}</h1>
      <p role="status">{words.sentence}</p>
      {isWaiting && awaitsHandOff(state, record) && (
        <HandOff record={record} trans={trans} />
      )}
      {isWaiting && (
        // A timer: screen readers need not read it out each second.
        <p className="jp-SageMakerStudio-Progress-clock" role="timer">
          {elapsed}
        </p>
      )}
      {usual && isWaiting && (
        <p className="jp-SageMakerStudio-Plan-quiet">
          {usualWords(usual, trans, locale)}
        </p>
      )}
      <ul className="jp-SageMakerStudio-Progress-lines">
        {words.seen.map(line => (
          <li key={line}>{line}</li>
        ))}
        {words.planned.map(line => (
          <li key={line} className="jp-mod-planned">
            {trans.__('Planned, not visible from here: %1', line)}
          </li>
        ))}
      </ul>
      {props.obstacle && (
        <p role="alert" className="jp-SageMakerStudio-Progress-obstacle">
          {props.obstacle}
        </p>
      )}
      <Buttons {...props} />
    </section>
  );
}

/** Whether the next steps are the person's, in Studio. */
function awaitsHandOff(state: IWatchState, record: IChangeRecord): boolean {
  return (
    record.executor === 'hand-off' &&
    record.purpose !== 'stop' &&
    state.downSince !== undefined
  );
}

function HandOff(props: {
  record: IChangeRecord;
  trans: TranslationBundle;
}): JSX.Element {
  const { record, trans } = props;
  return (
    <ol className="jp-SageMakerStudio-Progress-steps">
      {handOffSteps(record, trans).map((step, index) => (
        <li key={step}>
          {step}
          {index === 1 && record.to && (
            <CopyButton
              text={() => record.to ?? ''}
              label={trans.__('Copy %1', record.to)}
              trans={trans}
            />
          )}
        </li>
      ))}
    </ol>
  );
}

function Buttons(props: IProgressViewProps): JSX.Element {
  const { state, record, actions, countdown, trans } = props;
  const offersStudio =
    !isBack(state) &&
    state.phase !== 'preparing' &&
    record.studioUrl !== undefined;
  const isNeeded = state.phase === 'overdue' || awaitsHandOff(state, record);
  return (
    <div className="jp-SageMakerStudio-Progress-buttons">
      {offersStudio && (
        <a
          className={
            isNeeded
              ? 'jp-mod-styled jp-SageMakerStudio-buttonLink'
              : 'jp-SageMakerStudio-Progress-link'
          }
          href={record.studioUrl}
          target="_blank"
          rel="noopener noreferrer"
        >
          {trans.__('Open Studio')}
        </a>
      )}
      {state.phase === 'preparing' && actions.cancel && (
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject"
          onClick={actions.cancel}
        >
          {trans.__('Cancel')}
        </button>
      )}
      {state.phase === 'signed-out' && (
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept"
          onClick={actions.reload}
        >
          {trans.__('Sign in again')}
        </button>
      )}
      {isBack(state) && (
        <>
          <button
            type="button"
            className="jp-mod-styled jp-mod-reject"
            onClick={actions.stay}
          >
            {trans.__('Stay on this page')}
          </button>
          <button
            type="button"
            className="jp-mod-styled jp-mod-accept"
            onClick={actions.reload}
          >
            {countdown === null
              ? trans.__('Load the page again')
              : trans.__('Loading again in %1 s', countdown)}
          </button>
        </>
      )}
      <span className="jp-SageMakerStudio-Progress-copy">
        <CopyButton
          text={() => details(props)}
          label={trans.__('Copy details')}
          isLabelled
          trans={trans}
        />
      </span>
    </div>
  );
}

/** What support would ask for; nothing in it is secret. */
function details({ state, record }: IProgressViewProps): string {
  const facts = { ...record, kernels: record.kernels.length, state };
  return JSON.stringify(facts, null, 2);
}
