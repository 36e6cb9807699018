import type { JSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IChartTheme } from '../components/VegaChart';
import { toStudioError } from '../core/errors';
import type { Loadable } from '../core/loadable';
import { latest } from '../core/loadable';
import type {
  IJobMetric,
  IJobsApi,
  INotebookJob,
  IResourceWatcher,
  IWatchHandle,
  JobMetricName
} from '../tokens';
import { hasEnded } from './tracker';

/** CloudWatch has a minute's value a little after the minute is over. */
const LATE = 3 * 60_000;

/** How much of its instance a job uses, read only while its charts are looked at. */
export class Utilisation implements IDisposable {
  constructor(private readonly _options: Utilisation.IOptions) {
    this._watch = _options.watcher.subscribe({
      key: `notebook-job-metrics:${_options.name}`,
      poll: () => this._read(),
      isVisible: () => this._isOpen && _options.isVisible() && this._isOld(),
      isTracked: () => false
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): Loadable<IJobMetric[]> {
    return this._state;
  }

  /** Whether the charts are unfolded. */
  get isOpen(): boolean {
    return this._isOpen;
  }

  get isDisposed(): boolean {
    return this._watch.isDisposed;
  }

  dispose(): void {
    this._watch.dispose();
    this._abort.abort();
    Signal.clearData(this);
  }

  setOpen(isOpen: boolean): void {
    this._isOpen = isOpen;
    if (isOpen && this._isOld()) {
      void this._watch.refresh();
    }
  }

  refresh(): Promise<void> {
    return this._watch.refresh();
  }

  private async _read(): Promise<void> {
    const job = this._options.job();
    if (!job) {
      return;
    }
    const previous = latest(this._state);
    this._set({ phase: 'loading', previous });
    try {
      const value = await this._options.api.metrics(job, this._abort.signal);
      this._set({ phase: 'ready', value, at: Date.now() });
    } catch (thrown) {
      const error = toStudioError(thrown);
      this._set({ phase: 'failed', error, previous });
      throw error;
    }
  }

  /** Whether there may be more than was read. */
  private _isOld(): boolean {
    const job = this._options.job();
    return (
      job !== undefined &&
      (this._state.phase !== 'ready' ||
        !hasEnded(job) ||
        this._state.at < (job.endedAt?.getTime() ?? 0) + LATE)
    );
  }

  private _set(state: Loadable<IJobMetric[]>): void {
    if (!this.isDisposed) {
      this._state = state;
      this._changed.emit();
    }
  }

  private readonly _watch: IWatchHandle;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private _state: Loadable<IJobMetric[]> = { phase: 'idle' };
  private _isOpen = false;
}

export namespace Utilisation {
  export interface IOptions {
    /** Name of the training job. */
    name: string;
    api: Pick<IJobsApi, 'metrics'>;
    watcher: IResourceWatcher;
    /** The job as it is known now. */
    job: () => INotebookJob | undefined;
    isVisible: () => boolean;
  }
}

/** What the metrics are called. */
export function metricLabel(
  name: JobMetricName,
  trans: TranslationBundle
): string {
  switch (name) {
    case 'CPUUtilization':
      return trans.__('CPU');
    case 'MemoryUtilization':
      return trans.__('Memory');
    case 'GPUUtilization':
      return trans.__('GPU');
    case 'GPUMemoryUtilization':
      return trans.__('GPU memory');
    case 'DiskUtilization':
      return trans.__('Disk');
  }
}

/** The metrics as small charts, one below the other, with one axis of time. */
export function utilisationChart(
  metrics: readonly IJobMetric[],
  theme: IChartTheme,
  trans: TranslationBundle
): JSONObject {
  const values = metrics.flatMap(({ name, points }) =>
    points.map(({ time, value }) => ({
      metric: metricLabel(name, trans),
      time,
      value
    }))
  );
  const axis = {
    labelColor: theme.text,
    titleColor: theme.text,
    tickColor: theme.line,
    domainColor: theme.line,
    gridColor: theme.line
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    background: 'transparent',
    config: {
      axis,
      view: { stroke: 'transparent' },
      header: { labelColor: theme.text, titleColor: theme.text }
    },
    data: { values },
    facet: {
      row: {
        field: 'metric',
        type: 'nominal',
        title: null,
        sort: metrics.map(({ name }) => metricLabel(name, trans)),
        header: { labelAngle: 0, labelAlign: 'left' }
      }
    },
    resolve: { scale: { y: 'independent' } },
    spec: {
      width: 560,
      height: 70,
      // A short job has a single point, which is no line.
      mark: { type: 'line', point: true, color: theme.mark },
      encoding: {
        x: { field: 'time', type: 'temporal', title: null },
        y: {
          field: 'value',
          type: 'quantitative',
          title: '%',
          scale: { zero: true },
          axis: { tickCount: 3 }
        },
        tooltip: [
          { field: 'metric', type: 'nominal', title: ' ' },
          { field: 'time', type: 'temporal', format: '%X', title: '@' },
          { field: 'value', type: 'quantitative', format: '.1f', title: '%' }
        ]
      }
    }
  };
}

/** Mean and peak of each metric, for those who don't see the chart. */
export function summary(metric: IJobMetric): { mean: number; peak: number } {
  const values = metric.points.map(({ value }) => value);
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    peak: Math.max(...values)
  };
}
