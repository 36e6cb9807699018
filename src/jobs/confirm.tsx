import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Consequences } from '../components/Consequences';
import type { INotebookJob } from '../tokens';
import type { BulkVerb } from './bulk';
import type { UnsavedChoice } from './prepareNotebook';
import { hasEnded } from './tracker';

/** Ask before a job is stopped, saying what is lost. */
export async function confirmStop(
  job: INotebookJob,
  trans: TranslationBundle
): Promise<boolean> {
  const result = await showDialog({
    title: trans.__('Stop “%1”?', job.displayName),
    body: (
      <Consequences
        lost={[trans.__('Everything the notebook has not finished yet.')]}
        kept={[
          trans.__(
            'What it has saved so far: SageMaker gives the job two minutes to save the output notebook.'
          ),
          trans.__('The log.')
        ]}
        trans={trans}
      />
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Go on running') }),
      Dialog.warnButton({ label: trans.__('Stop the job') })
    ],
    defaultButton: 0
  });
  return result.button.accept;
}

/** Ask before a job is deleted, saying what is lost and what is kept. */
export async function confirmRemove(
  job: INotebookJob,
  trans: TranslationBundle
): Promise<boolean> {
  const isRunning = !hasEnded(job);
  const lost = [
    trans.__('The job’s entry in this list and in AWS’s own scheduler.')
  ];
  if (isRunning) {
    lost.unshift(
      trans.__('The job is still running: it is stopped, its work ends here.')
    );
  }
  const result = await showDialog({
    title: trans.__('Delete “%1”?', job.displayName),
    body: (
      <Consequences
        lost={lost}
        kept={[
          trans.__('Input and output files in S3: %1', job.outputPath),
          trans.__('Output already opened here, and the log in CloudWatch.')
        ]}
        trans={trans}
      />
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep the job') }),
      Dialog.warnButton({
        label: isRunning
          ? trans.__('Stop and delete the job')
          : trans.__('Delete the job')
      })
    ],
    defaultButton: 0
  });
  return result.button.accept;
}

/** Say that the notebook of a job is not found, and ask which to run; null for none. */
export async function confirmChoose(
  job: INotebookJob,
  trans: TranslationBundle
): Promise<'choose' | 'copy' | null> {
  const { displayName, notebookName, notebookPath } = job;
  const result = await showDialog({
    title: trans.__('Which notebook?'),
    body: notebookPath
      ? trans.__(
          'The notebook of “%1” is not at “%2” any more. Choose where it is now, or run the copy the job got. All options of the job are taken over.',
          displayName,
          notebookPath
        )
      : trans.__(
          '“%1” ran the notebook “%2”, and does not say in which folder it lies. Choose it, or run the copy the job got. All options of the job are taken over.',
          displayName,
          notebookName
        ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.createButton({
        label: trans.__('Choose the notebook…'),
        accept: true,
        actions: ['choose']
      }),
      Dialog.okButton({
        label: trans.__('Run the job’s copy'),
        actions: ['copy']
      })
    ]
  });
  const choice = result.button.actions[0];
  return choice === 'choose' || choice === 'copy' ? choice : null;
}

/** Names in a question about several jobs; of the rest there is the number. */
const NAMED = 10;

/** Ask once before several jobs are stopped or deleted, saying how many and which. */
export async function confirmBulk(
  verb: BulkVerb,
  jobs: readonly INotebookJob[],
  trans: TranslationBundle
): Promise<boolean> {
  const isStop = verb === 'stop';
  const running = jobs.filter(job => !hasEnded(job)).length;
  const names = jobs
    .slice(0, NAMED)
    .map(job => trans.__('“%1” (%2)', job.displayName, job.notebookName));
  if (jobs.length > NAMED) {
    names.push(trans.__('and %1 more', jobs.length - NAMED));
  }
  const lost = isStop
    ? [trans.__('Everything these notebooks have not finished yet.')]
    : [
        trans.__('Their entries in this list and in AWS’s own scheduler.'),
        ...(running > 0
          ? [
              trans._n(
                '%1 of them is still running: it is stopped, its work ends here.',
                '%1 of them are still running: they are stopped, their work ends here.',
                running
              )
            ]
          : [])
      ];
  const kept = isStop
    ? [trans.__('What they have saved so far, and the logs.')]
    : [trans.__('Input and output files in S3, and the logs in CloudWatch.')];
  const result = await showDialog({
    title: isStop
      ? trans._n('Stop %1 job?', 'Stop %1 jobs?', jobs.length)
      : trans._n('Delete %1 job?', 'Delete %1 jobs?', jobs.length),
    body: (
      <div>
        <ul>
          {names.map((name, at) => (
            <li key={at}>{name}</li>
          ))}
        </ul>
        <Consequences lost={lost} kept={kept} trans={trans} />
      </div>
    ),
    buttons: [
      Dialog.cancelButton({
        label: isStop ? trans.__('Go on running') : trans.__('Keep the jobs')
      }),
      Dialog.warnButton({
        label: isStop
          ? trans._n('Stop %1 job', 'Stop %1 jobs', jobs.length)
          : trans._n('Delete %1 job', 'Delete %1 jobs', jobs.length)
      })
    ],
    defaultButton: 0
  });
  return result.button.accept;
}

/** Ask what to run of a notebook with changes that aren't saved. */
export async function confirmUnsaved(
  path: string,
  trans: TranslationBundle
): Promise<UnsavedChoice> {
  const result = await showDialog({
    title: trans.__('Save the notebook first?'),
    body: trans.__(
      '“%1” has changes that are not saved. A job runs the file as it is on the disk.',
      path
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.createButton({
        label: trans.__('Run the saved version'),
        accept: true,
        actions: ['saved-version']
      }),
      Dialog.okButton({ label: trans.__('Save and run'), actions: ['save'] })
    ]
  });
  const choice = result.button.actions[0];
  return choice === 'save' || choice === 'saved-version' ? choice : 'cancel';
}
