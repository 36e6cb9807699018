import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ErrorCard } from '../../../components/ErrorCard';
import { StatusChip } from '../../../components/StatusChip';
import { formatDuration } from '../../../core/format';
import type { IChangeReport } from '../report';

/** How a change ended, and what can be done now. */
export function ReportCard(props: {
  report: IChangeReport;
  trans: TranslationBundle;
  locale?: string;
  onTry: () => void;
  onRestartKernels?: () => Promise<void>;
  onRunSetup?: () => Promise<void>;
}): JSX.Element {
  const { report, trans, locale, onTry, onRestartKernels, onRunSetup } = props;
  const { alternative, error, lines, record, duration } = report;
  return (
    <section className="jp-SageMakerStudio-Report">
      <StatusChip
        tone={
          report.kind === 'done'
            ? 'success'
            : report.kind === 'failed'
              ? 'failure'
              : 'warning'
        }
        label={report.title}
      />
      {lines.map(line => (
        <p key={line}>{line}</p>
      ))}
      {duration !== undefined && (
        <p>{trans.__('It took %1.', formatDuration(duration, locale))}</p>
      )}
      {error && (
        <ErrorCard
          error={error}
          trans={trans}
          title={whatFailed(report, trans)}
        />
      )}
      {record && record.kernels.length > 0 && record.isOwn && (
        <>
          <strong>{trans.__('Kernels that ran before')}</strong>
          <ul>
            {record.kernels.map(({ path, kernelName }) => (
              <li key={path}>{trans.__('%1 (%2)', path, kernelName)}</li>
            ))}
          </ul>
        </>
      )}
      <div className="jp-SageMakerStudio-Report-buttons">
        {alternative && (
          <button
            type="button"
            className="jp-mod-styled jp-mod-accept"
            onClick={onTry}
          >
            {trans.__('Try %1', alternative)}
          </button>
        )}
        {onRestartKernels && (
          <Once label={trans.__('Restart kernels')} act={onRestartKernels} />
        )}
        {onRunSetup && (
          <Once label={trans.__('Run cells tagged “setup”')} act={onRunSetup} />
        )}
      </div>
    </section>
  );
}

/** A button that can't be pressed again while what it does goes on. */
function Once(props: { label: string; act: () => Promise<void> }): JSX.Element {
  const { label, act } = props;
  const [isBusy, setBusy] = React.useState(false);
  return (
    <button
      type="button"
      className="jp-mod-styled"
      disabled={isBusy}
      onClick={() => {
        setBusy(true);
        void act().finally(() => setBusy(false));
      }}
    >
      {label}
    </button>
  );
}

/** What did not work, above AWS's reason for it. */
function whatFailed(
  { record }: IChangeReport,
  trans: TranslationBundle
): string {
  const { purpose, spaceName = '', from, to } = record ?? {};
  switch (purpose) {
    case 'start':
      return trans.__('%1 could not be started', spaceName);
    case 'stop':
      return trans.__('%1 could not be stopped', spaceName);
    case 'restart':
      return trans.__('%1 could not be restarted', spaceName);
    case 'change':
      return to && to !== from
        ? trans.__('%1 could not be switched to %2', spaceName, to)
        : trans.__('%1 could not be changed', spaceName);
    case undefined:
      return trans.__('The change did not work');
  }
}
