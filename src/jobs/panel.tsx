import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { ModelPanel } from '../components/ModelPanel';
import { OwningPanel, ViewedPanel } from '../components/ViewedPanel';
import type { LoadPrices } from './components/Cost';
import { JobDetail } from './components/JobDetail';
import { JobForm } from './components/JobForm';
import { JobsList } from './components/JobsList';
import { JobsTable } from './components/JobsTable';
import type { IJobActions } from './components/actions';
import type { JobDetailModel } from './detailModel';
import type { JobFormModel } from './formModel';
import type { JobsModel } from './model';
import type { JobsTableModel } from './tableModel';

/** What every panel of notebook jobs needs. */
export interface IPanelOptions {
  actions: IJobActions;
  trans: TranslationBundle;
  locale?: string;
  /** Called when a list comes into view. */
  onLooked?: () => void;
}

/** The short list of jobs in the sidebar. */
export class JobsListPanel extends ViewedPanel<JobsModel> {
  constructor(
    model: JobsModel,
    private readonly _options: IPanelOptions
  ) {
    super(model, 'jp-SageMakerStudio-JobsListPanel');
  }

  protected onSeen(): void {
    super.onSeen();
    this._options.onLooked?.();
  }

  protected renderModel(): JSX.Element {
    return <JobsList model={this.model} {...this._options} />;
  }
}

/** The table of all jobs in the main area. */
export class JobsTablePanel extends OwningPanel<JobsTableModel> {
  constructor(
    model: JobsTableModel,
    private readonly _options: IPanelOptions
  ) {
    super(model, 'jp-SageMakerStudio-JobsTablePanel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _options.trans.__('Notebook jobs'));
  }

  protected onSeen(): void {
    super.onSeen();
    this._options.onLooked?.();
  }

  protected renderModel(): JSX.Element {
    return <JobsTable model={this.model} {...this._options} />;
  }
}

/** One job in the main area. */
export class JobDetailPanel extends OwningPanel<JobDetailModel> {
  constructor(
    model: JobDetailModel,
    private readonly _options: JobDetailPanel.IOptions
  ) {
    super(model, 'jp-SageMakerStudio-JobDetailPanel');
  }

  protected renderModel(): JSX.Element {
    return <JobDetail model={this.model} {...this._options} />;
  }
}

export namespace JobDetailPanel {
  export interface IOptions extends IPanelOptions {
    prices: LoadPrices;
    /** Draws the charts; null where there is none. */
    rendermime: IRenderMimeRegistry | null;
  }
}

/** The form for one notebook in the main area. */
export class JobFormPanel extends ModelPanel {
  constructor(
    readonly model: JobFormModel,
    private readonly _options: JobFormPanel.IOptions
  ) {
    super(model.changed, 'jp-SageMakerStudio-JobFormPanel');
  }

  dispose(): void {
    // Closed on purpose; but what is being submitted may still fail and be wanted again.
    if (!this.isDisposed && !this.model.isSubmitting) {
      void this.model.discard();
    }
    this.model.dispose();
    super.dispose();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    // The notebook may have been edited in the meantime.
    void this.model.ready.then(() =>
      this.isVisible ? this.model.readNotebook() : undefined
    );
  }

  protected renderModel(): JSX.Element {
    return <JobForm model={this.model} {...this._options} />;
  }
}

export namespace JobFormPanel {
  export interface IOptions extends Omit<IPanelOptions, 'actions'> {
    chooseFiles: () => Promise<ReadonlyArray<string>>;
  }
}
