import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

import type { IJobFormRequest, IJobForms, JobFormPartFactory } from '../tokens';
import type { FormPlace } from './formParts';

/** The job form, as other capabilities see it. */
export class JobForms implements IJobForms {
  /** What makes the parts of a form, by place. */
  readonly parts = new Map<FormPlace, JobFormPartFactory>();

  /** @param open - opens a form or brings it to the front. */
  constructor(readonly open: (request: IJobFormRequest) => Promise<void>) {}

  setPart(place: FormPlace, factory: JobFormPartFactory): IDisposable {
    this.parts.set(place, factory);
    return new DisposableDelegate(() => {
      if (this.parts.get(place) === factory) {
        this.parts.delete(place);
      }
    });
  }
}
