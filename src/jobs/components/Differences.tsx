import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { ProgressBar } from '../../components/ProgressBar';
import { Checkbox } from '../../components/fields';
import { toStudioError } from '../../core/errors';
import { formatTime } from '../../core/format';
import type { Loadable } from '../../core/loadable';
import type { INotebookJob } from '../../tokens';
import { costOf, formatDollars } from '../cost';
import type { JobDetailModel } from '../detailModel';
import type { IDifference } from '../differences';
import { differencesOf } from '../differences';
import type { LoadPrices } from './Cost';
import { usePrices } from './Cost';
import { statusOf } from './JobStatus';

interface IDifferencesProps {
  model: JobDetailModel;
  job: INotebookJob;
  prices: LoadPrices;
  trans: TranslationBundle;
  locale?: string;
}

/** The differences to another run, chosen from the list of jobs. */
export function Differences(props: IDifferencesProps): JSX.Element {
  const { model, job, trans } = props;
  const [isOpen, setOpen] = React.useState(false);
  const [state, setState] = React.useState<Loadable<INotebookJob>>({
    phase: 'idle'
  });
  const [name, setName] = React.useState('');
  const choose = async (chosen: string) => {
    setName(chosen);
    if (!chosen) {
      setState({ phase: 'idle' });
      return;
    }
    setState({ phase: 'loading' });
    try {
      const value = await model.describeOther(chosen);
      setState({ phase: 'ready', value, at: Date.now() });
    } catch (thrown) {
      setState({ phase: 'failed', error: toStudioError(thrown) });
    }
  };
  return (
    <details
      className="jp-SageMakerStudio-Folded"
      onToggle={event => {
        setOpen(event.currentTarget.open);
        if (event.currentTarget.open) {
          model.readOthers();
        }
      }}
    >
      <summary>{trans.__('Show differences to another run')}</summary>
      {isOpen && (
        <Choice {...props} name={name} onChoose={each => void choose(each)} />
      )}
      {state.phase === 'loading' && (
        <ProgressBar label={trans.__('Reading the other run')} />
      )}
      {state.phase === 'failed' && (
        <ErrorCard
          error={state.error}
          trans={trans}
          title={trans.__('The other run can’t be read')}
          onRetry={() => void choose(name)}
        />
      )}
      {state.phase === 'ready' && (
        <Table {...props} job={job} other={state.value} />
      )}
    </details>
  );
}

/** Runs of the same notebook first; the newest first. */
function Choice(
  props: IDifferencesProps & {
    name: string;
    onChoose: (name: string) => void;
  }
): JSX.Element {
  const { model, job, trans, locale, name, onChoose } = props;
  const others = model.others;
  const ofNotebook = others.filter(
    each => each.notebookName === job.notebookName
  );
  const ofAnother = others.filter(
    each => each.notebookName !== job.notebookName
  );
  const group = (label: string, jobs: INotebookJob[]) =>
    jobs.length > 0 && (
      <optgroup label={label}>
        {jobs.map(each => (
          <option key={each.name} value={each.name}>
            {trans.__(
              '%1 — %2, %3',
              each.displayName,
              formatTime(each.createdAt, locale),
              statusOf(each, trans).label
            )}
          </option>
        ))}
      </optgroup>
    );
  return (
    <label className="jp-SageMakerStudio-Field">
      {trans.__('Other run')}
      <select
        className="jp-mod-styled"
        value={name}
        onChange={event => onChoose(event.target.value)}
      >
        <option value="">
          {others.length > 0
            ? trans.__('Choose a run…')
            : trans.__('There is no other run in the list yet')}
        </option>
        {group(trans.__('Of the same notebook'), ofNotebook)}
        {group(trans.__('Of other notebooks'), ofAnother)}
      </select>
    </label>
  );
}

function Table(
  props: IDifferencesProps & { other: INotebookJob }
): JSX.Element {
  const { job, other, trans, locale } = props;
  const prices = usePrices(props.prices, true)?.value ?? {};
  const [isAllShown, setAllShown] = React.useState(false);
  const lines = differencesOf(job, other, {
    trans,
    locale,
    statusOf: each => statusOf(each, trans).label,
    costOf: each => {
      const cost = costOf(each, prices);
      return cost === null ? undefined : formatDollars(cost);
    }
  });
  const same = lines.filter(({ isSame }) => isSame).length;
  const shown = isAllShown ? lines : lines.filter(({ isSame }) => !isSame);
  const titles: [IDifference['group'], string][] = [
    ['outcome', trans.__('Outcome')],
    ['parameters', trans.__('Parameters')],
    ['environment', trans.__('Environment variables')],
    ['options', trans.__('Options')]
  ];
  return (
    <>
      <Checkbox
        label={trans._n(
          'Show also what is the same (%1 line)',
          'Show also what is the same (%1 lines)',
          same
        )}
        isChecked={isAllShown}
        onChange={setAllShown}
      />
      {shown.length === 0 ? (
        <p>{trans.__('The two runs do not differ.')}</p>
      ) : (
        <table className="jp-SageMakerStudio-Differences">
          <thead>
            <tr>
              <th />
              <th>{job.displayName}</th>
              <th>{other.displayName}</th>
            </tr>
          </thead>
          {titles.map(([group, title]) => {
            const rows = shown.filter(each => each.group === group);
            return rows.length === 0 ? null : (
              <tbody key={group}>
                <tr>
                  <th colSpan={3} scope="rowgroup">
                    {title}
                  </th>
                </tr>
                {rows.map(line => (
                  <Line key={line.name} line={line} trans={trans} />
                ))}
              </tbody>
            );
          })}
        </table>
      )}
    </>
  );
}

function Line(props: {
  line: IDifference;
  trans: TranslationBundle;
}): JSX.Element {
  const { line, trans } = props;
  const [isShown, setShown] = React.useState(!line.isSecret);
  return (
    <tr className={line.isSame ? undefined : 'jp-mod-changed'}>
      <th scope="row">
        {line.name}{' '}
        {line.isSecret && (
          <button
            type="button"
            className="jp-SageMakerStudio-linkButton"
            aria-label={
              isShown
                ? trans.__('Hide the values of %1', line.name)
                : trans.__('Show the values of %1', line.name)
            }
            onClick={() => setShown(!isShown)}
          >
            {isShown ? trans.__('Hide') : trans.__('Show')}
          </button>
        )}
      </th>
      {line.values.map((value, at) => (
        <td key={at}>
          {value === null
            ? '–'
            : isShown
              ? value || trans.__('(empty)')
              : '••••••'}
        </td>
      ))}
    </tr>
  );
}
