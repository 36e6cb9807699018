import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Consequences } from '../components/Consequences';
import type { SweepModel } from './model';

/** Ask before a whole sweep is stopped, saying what is lost. */
export async function confirmStopSweep(
  model: SweepModel,
  trans: TranslationBundle
): Promise<boolean> {
  const { running, toCome } = model.stopping;
  const result = await showDialog({
    title: trans.__('Stop the sweep “%1”?', model.title),
    body: (
      <Consequences
        lost={[
          ...(running > 0
            ? [
                trans._n(
                  '%1 job that runs is stopped: everything its notebook has not finished yet.',
                  '%1 jobs that run are stopped: everything their notebooks have not finished yet.',
                  running
                )
              ]
            : []),
          ...(toCome > 0
            ? [
                trans._n(
                  '%1 job that is still to come will not be created.',
                  '%1 jobs that are still to come will not be created.',
                  toCome
                )
              ]
            : [])
        ]}
        kept={[
          trans.__('The jobs that have ended, with their outputs.'),
          trans.__(
            'What stopped jobs have saved so far: SageMaker gives each two minutes to save its output notebook.'
          )
        ]}
        trans={trans}
      />
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Go on running') }),
      Dialog.warnButton({ label: trans.__('Stop the whole') })
    ],
    defaultButton: 0
  });
  return result.button.accept;
}
