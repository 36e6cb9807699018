import type { IJobQuery, INotebookJob } from '../tokens';
import { isFoundBy } from './filters';
import { JobsModel } from './model';

/** The jobs AWS's Search finds by a query; learns from the list of all what is done to a job. */
export class NarrowedJobs extends JobsModel {
  constructor(
    all: JobsModel,
    options: JobsModel.IOptions & { query: IJobQuery }
  ) {
    super(options);
    this._all = all;
    this._wanted = options.query;
    all.jobRead.connect(this._onRead, this);
    all.jobDropped.connect(this._onDropped, this);
  }

  dispose(): void {
    this._all.jobRead.disconnect(this._onRead, this);
    this._all.jobDropped.disconnect(this._onDropped, this);
    super.dispose();
  }

  private _onRead(_: JobsModel, job: INotebookJob): void {
    // Whose it is only AWS can tell: one that is not listed yet waits for the next look.
    if (this.find(job.name)) {
      if (isFoundBy(job, this._wanted)) {
        this.put(job);
      } else {
        this.hide(job.name);
      }
    }
  }

  private _onDropped(_: JobsModel, name: string): void {
    this.hide(name);
  }

  private readonly _all: JobsModel;
  private readonly _wanted: IJobQuery;
}
