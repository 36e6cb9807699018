import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { TrainingPrices } from '../jobs/cost';
import type {
  IJobFormHost,
  IJobFormPart,
  INotebookJobSpec,
  ITask,
  Known
} from '../tokens';
import { SweepSection } from './components/SweepSection';
import { ValuesField } from './components/ValuesField';
import { toSweepSpec } from './jobs';
import type { IPlanParameter, ISweepForm, ISweepPlan } from './plan';
import {
  firstSweepProblem,
  newSweep,
  planSweep,
  readSweep,
  valuesOf
} from './plan';
import type { Sweeps } from './sweeps';
import type { IValuesInput } from './values';

/** The part of the job form that makes one job several. */
export class SweepPart implements IJobFormPart {
  constructor(private readonly _options: SweepPart.IOptions) {
    _options.host.changed.connect(this._onHost, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get form(): ISweepForm {
    return this._form;
  }

  get isActive(): boolean {
    return this._form.isOn;
  }

  get submitLabel(): string {
    const { count } = this.plan;
    return this._options.trans._n('Submit %1 job', 'Submit %1 jobs', count);
  }

  get failureTitle(): string {
    return this._options.trans.__('The sweep was not submitted');
  }

  get problem(): string | null {
    return firstSweepProblem(this.plan);
  }

  /** Jobs of the chosen type that may run at once; null while it is being read. */
  get quota(): Known<number> | null {
    return this._quotas.get(this._kind) ?? null;
  }

  get prices(): TrainingPrices {
    return this._prices;
  }

  get host(): IJobFormHost {
    return this._options.host;
  }

  /** What the form comes to. */
  get plan(): ISweepPlan {
    const { host, trans } = this._options;
    // The host's parameters are made anew each time; what is typed into them is what counts.
    const key = JSON.stringify([host.parameters, this._form, this.quota]);
    if (this._planned?.key !== key) {
      this._planned = {
        key,
        plan: planSweep(
          this._form,
          host.parameters.map(toPlanParameter),
          this.quota?.value ?? null,
          trans
        )
      };
    }
    return this._planned.plan;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._options.host.changed.disconnect(this._onHost, this);
    Signal.clearData(this);
  }

  update(change: Partial<ISweepForm>): void {
    this._form = { ...this._form, ...change };
    this._lookUp();
    this._changed.emit();
  }

  setValues(name: string, change: Partial<IValuesInput>): void {
    const row = this.host.parameters.find(each => each.name === name);
    if (row) {
      const values = { ...valuesOf(this._form, row), ...change };
      this.update({ values: { ...this._form.values, [name]: values } });
    }
  }

  render(): JSX.Element {
    const { trans, locale } = this._options;
    return <SweepSection part={this} trans={trans} locale={locale} />;
  }

  renderParameter(id: number): JSX.Element | null {
    const row = this.host.parameters.find(each => each.id === id);
    return this.isActive && row?.name ? (
      <ValuesField part={this} parameter={row} trans={this._options.trans} />
    ) : null;
  }

  covers(name: string): boolean {
    return this.plan.axes.some(axis => axis.name === name);
  }

  /** While files are staged; from the first job on the sweep has a tab of its own. */
  get task(): ITask | undefined {
    return this._task;
  }

  async submit(spec: INotebookJobSpec): Promise<boolean> {
    const { sweeps, trans } = this._options;
    const { isSample, seed } = this._form;
    try {
      return await sweeps.submit(
        toSweepSpec(this.plan, spec, isSample ? seed : null, trans),
        task => {
          this._task = task;
          this._changed.emit();
        }
      );
    } finally {
      this._task = undefined;
    }
  }

  cancel(): void {
    if (this._task) {
      this._options.sweeps.cancel(this._task);
    }
  }

  save(): ISweepForm {
    return this._form;
  }

  restore(saved: unknown): void {
    this._form = readSweep(saved) ?? this._form;
    this._lookUp();
  }

  private _onHost(): void {
    this._lookUp();
  }

  /** Ask for quota and prices once somebody wants a sweep. */
  private _lookUp(): void {
    const { host, sweeps } = this._options;
    const kind = this._kind;
    const { instanceType, usesSpot } = host;
    const isType = /^ml\.[\w-]+\.\w+$/.test(instanceType);
    if (!this.isActive || this._asked.has(kind) || !isType) {
      return;
    }
    this._asked.add(kind);
    void Promise.all([sweeps.quota(instanceType, usesSpot), sweeps.prices()])
      .then(([quota, prices]) => {
        this._quotas.set(kind, quota);
        this._prices = prices;
        if (!this._isDisposed) {
          this._changed.emit();
        }
      })
      // Both are only advice.
      .catch(() => this._asked.delete(kind));
  }

  /** What has a quota of its own: a type, with spot capacity or without. */
  private get _kind(): string {
    const { instanceType, usesSpot } = this._options.host;
    return `${instanceType} ${usesSpot}`;
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _asked = new Set<string>();
  private readonly _quotas = new Map<string, Known<number>>();
  private _prices: TrainingPrices = {};
  private _task: ITask | undefined;
  private _form = newSweep();
  private _planned: { key: string; plan: ISweepPlan } | undefined;
  private _isDisposed = false;
}

export namespace SweepPart {
  export interface IOptions {
    host: IJobFormHost;
    sweeps: Pick<Sweeps, 'submit' | 'cancel' | 'quota' | 'prices'>;
    trans: TranslationBundle;
    locale?: string;
  }
}

function toPlanParameter(
  row: IJobFormHost['parameters'][number]
): IPlanParameter {
  const { name, value, defaultText, type } = row;
  return {
    name,
    value,
    isSent: defaultText === undefined || value !== defaultText,
    ...(type && { parameter: { name, type } })
  };
}
