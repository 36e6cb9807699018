import { Dialog, Notification, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { clip, showStudioError } from '../../components/showStudioError';
import { toStudioError } from '../../core/errors';
import { ReportCard } from './components/ReportCard';
import type { IChangeReport } from './report';
import type { IRevived, Reviver } from './revive';

const TYPES = {
  done: 'success',
  fallback: 'warning',
  restored: 'warning',
  'not-changed': 'warning',
  other: 'warning',
  abandoned: 'warning',
  failed: 'error'
} as const;

/** Milliseconds in which JupyterLab opens again what was open. */
const TABS_RETURN = 3_000;

/** What a {@link ChangeReporter} is made of. */
export interface IReporterOptions {
  reviver: Reviver;
  /** Plan a switch to another type. */
  tryType: (instanceType: string, spaceName: string | undefined) => void;
  /** The report has been seen. */
  onSeen: (report: IChangeReport) => void;
  trans: TranslationBundle;
  locale?: string;
}

/** Tells how changes ended: a notification, and a card with what can be done now. */
export class ChangeReporter {
  constructor(private readonly _options: IReporterOptions) {}

  /** Show a report; it stays until the person has done something with it. */
  async show(report: IChangeReport): Promise<void> {
    const { trans } = this._options;
    const actions: Notification.IAction[] = [];
    let id = '';
    const close = () => Notification.dismiss(id);
    const { alternative } = report;
    if (alternative) {
      actions.push({
        label: trans.__('Try %1', alternative),
        callback: () => {
          close();
          this._tryType(report);
        }
      });
    }
    if (
      (await this._canRestartKernels(report)) &&
      // Tabs come back one by one, and bring their kernels with them.
      (await pause()) &&
      (await this._canRestartKernels(report))
    ) {
      actions.push({
        label: trans.__('Restart kernels'),
        callback: () => void this._restartKernels(report)
      });
    }
    if (await this._hasSetup(report)) {
      actions.push({
        label: trans.__('Run setup cells'),
        callback: () => void this._runSetup(report)
      });
    }
    actions.push({
      label: trans.__('Details'),
      callback: event => {
        event.preventDefault();
        void this._showCard(report, close);
      }
    });
    id = Notification.emit(clip(report.title), TYPES[report.kind], {
      autoClose: false,
      actions
    });
    const onChanged = (
      _: unknown,
      { type, notification }: Notification.IChange
    ) => {
      if (type === 'removed' && notification.id === id) {
        Notification.manager.changed.disconnect(onChanged);
        this._options.onSeen(report);
      }
    };
    Notification.manager.changed.connect(onChanged);
  }

  private async _showCard(
    report: IChangeReport,
    close: () => void
  ): Promise<void> {
    const { trans, locale } = this._options;
    const [canRestart, hasSetup] = await Promise.all([
      this._canRestartKernels(report),
      this._hasSetup(report)
    ]);
    const dialog = new Dialog({
      title: trans.__('How the change ended'),
      body: ReactWidget.create(
        <ReportCard
          report={report}
          trans={trans}
          locale={locale}
          onTry={() => {
            dialog.resolve(0);
            close();
            this._tryType(report);
          }}
          onRestartKernels={
            canRestart ? () => this._restartKernels(report) : undefined
          }
          onRunSetup={hasSetup ? () => this._runSetup(report) : undefined}
        />
      ),
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
    await dialog.launch().catch(() => undefined);
    close();
  }

  private _tryType({ alternative, record }: IChangeReport): void {
    if (alternative) {
      const spaceName = record?.isOwn ? undefined : record?.spaceName;
      this._options.tryType(alternative, spaceName);
    }
  }

  private async _canRestartKernels({
    record
  }: IChangeReport): Promise<boolean> {
    if (!record?.isOwn || record.kernels.length === 0) {
      return false;
    }
    // Notebooks that are open start theirs by themselves.
    const missing = await this._options.reviver.missing(record).catch(() => []);
    return missing.length > 0;
  }

  private async _hasSetup({ record }: IChangeReport): Promise<boolean> {
    return record?.isOwn ? this._options.reviver.hasSetup(record) : false;
  }

  private async _restartKernels({ record }: IChangeReport): Promise<void> {
    const { reviver, trans } = this._options;
    if (record) {
      await this._tell(
        reviver.restartKernels(record),
        count =>
          trans._n('%1 kernel runs again', '%1 kernels run again', count),
        trans.__('Kernels were not restarted')
      );
    }
  }

  private async _runSetup({ record }: IChangeReport): Promise<void> {
    const { reviver, trans } = this._options;
    if (record) {
      await this._tell(
        reviver.runSetup(record),
        count =>
          count === 0
            ? trans.__('No cell is tagged “setup”')
            : trans._n(
                'The setup cells of %1 notebook ran',
                'The setup cells of %1 notebooks ran',
                count
              ),
        trans.__('Setup cells were not run')
      );
    }
  }

  private async _tell(
    reviving: Promise<IRevived>,
    words: (count: number) => string,
    title: string
  ): Promise<void> {
    const { trans } = this._options;
    try {
      const { done, failed } = await reviving;
      if (done.length > 0 || failed.length === 0) {
        Notification.success(words(done.length), { autoClose: 5000 });
      }
      for (const { path, reason } of failed) {
        Notification.error(clip(trans.__('%1: %2', path, reason)), {
          autoClose: false
        });
      }
    } catch (error) {
      showStudioError(toStudioError(error), trans, { title });
    }
  }
}

function pause(): Promise<true> {
  return new Promise(resolve => setTimeout(() => resolve(true), TABS_RETURN));
}
