import { UseSignal } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ErrorCard } from '../../components/ErrorCard';
import { ProgressBar } from '../../components/ProgressBar';
import { VegaChart, useChartTheme } from '../../components/VegaChart';
import { latest } from '../../core/loadable';
import type { IJobMetric } from '../../tokens';
import type { Utilisation } from '../utilisation';
import { metricLabel, summary, utilisationChart } from '../utilisation';

interface IChartsProps {
  utilisation: Utilisation;
  /** Null where this JupyterLab has no registry of renderers. */
  rendermime: IRenderMimeRegistry | null;
  trans: TranslationBundle;
}

/** What the job used of its instance; read and drawn once it is unfolded. */
export function UtilisationCharts(props: IChartsProps): JSX.Element {
  const { utilisation, trans } = props;
  return (
    <details
      className="jp-SageMakerStudio-Folded"
      open={utilisation.isOpen}
      onToggle={event => utilisation.setOpen(event.currentTarget.open)}
    >
      <summary>{trans.__('Utilisation of the instance')}</summary>
      <UseSignal signal={utilisation.changed}>
        {() => <Content {...props} />}
      </UseSignal>
    </details>
  );
}

function Content(props: IChartsProps): JSX.Element {
  const { utilisation, trans } = props;
  const { state } = utilisation;
  const metrics = latest(state);
  return (
    <>
      {state.phase === 'failed' && (
        <ErrorCard
          error={state.error}
          trans={trans}
          title={trans.__('The metrics can’t be read')}
          onRetry={() => void utilisation.refresh()}
        />
      )}
      {metrics === undefined ? (
        state.phase !== 'failed' && (
          <ProgressBar label={trans.__('Reading the metrics')} />
        )
      ) : metrics.length === 0 ? (
        <p>
          {trans.__(
            'CloudWatch has no metrics of this job: it tells once a minute while the notebook runs, so the shortest jobs have none.'
          )}
        </p>
      ) : (
        <Charts {...props} metrics={metrics} />
      )}
    </>
  );
}

function Charts(props: IChartsProps & { metrics: IJobMetric[] }): JSX.Element {
  const { metrics, rendermime, trans } = props;
  const theme = useChartTheme();
  const spec = React.useMemo(
    () => utilisationChart(metrics, theme, trans),
    [metrics, theme, trans]
  );
  const percent = (value: number) => trans.__('%1 %', value.toFixed(1));
  return (
    <>
      {rendermime && (
        <VegaChart
          spec={spec}
          label={trans.__('Utilisation over time')}
          rendermime={rendermime}
          trans={trans}
        />
      )}
      <table className="jp-SageMakerStudio-Rows">
        <thead>
          <tr>
            <th>{trans.__('Metric')}</th>
            <th>{trans.__('Mean')}</th>
            <th>{trans.__('Peak')}</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map(metric => {
            const { mean, peak } = summary(metric);
            return (
              <tr key={metric.name}>
                <td>{metricLabel(metric.name, trans)}</td>
                <td>{percent(mean)}</td>
                <td>{percent(peak)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="jp-SageMakerStudio-Field-help">
        {trans.__(
          'From CloudWatch, once a minute. CPU and GPU are summed over all cores and devices: four busy cores are 400 %.'
        )}
      </p>
    </>
  );
}
