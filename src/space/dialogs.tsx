import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Consequences } from '../components/Consequences';
import { DialogBody } from '../components/DialogBody';
import { Field } from '../components/fields';
import { formatDuration } from '../core/format';
import type { ISpaceSummary } from '../tokens';

/** Minutes one may choose from. */
const CHOICES = [30, 60, 120, 240, 480, 720];

/** Ask for how long the space is to be kept awake; minutes, or null for not at all. */
export async function askKeepAwake(
  options: {
    proposed: number;
    longest: number;
    /** What an hour costs, in words; empty if it is not known. */
    price: string;
  },
  trans: TranslationBundle,
  locale?: string
): Promise<number | null> {
  const { proposed, longest, price } = options;
  const first = Math.min(proposed, longest);
  const choices = [...new Set([...CHOICES, first])]
    .filter(minutes => minutes <= longest)
    .sort((a, b) => a - b);
  const result = await showDialog<number>({
    title: trans.__('Keep the space awake?'),
    body: new DialogBody<number>(first, set => (
      <div className="jp-SageMakerStudio-Form">
        <p>
          {trans.__(
            'Until then SageMaker sees activity in this space and does not stop it. After that its idle time-out counts as ever.'
          )}
          {price && ` ${trans.__('The instance costs %1.', price)}`}
        </p>
        <Field label={trans.__('For')}>
          {attributes => (
            <select
              {...attributes}
              defaultValue={first}
              onChange={event => set(Number(event.target.value))}
            >
              {choices.map(minutes => (
                <option key={minutes} value={minutes}>
                  {formatDuration(minutes * 60_000, locale)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    )),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Keep awake') })
    ]
  });
  return result.button.accept ? result.value : null;
}

/** Ask before the Jupyter server is restarted; whether to save documents first, null for no. */
export async function askRestartJupyter(
  unsaved: readonly string[],
  isKeptAwake: boolean,
  trans: TranslationBundle
): Promise<{ save: boolean } | null> {
  const lost = [
    trans.__('All kernels with their variables, and all terminals.')
  ];
  if (isKeptAwake) {
    lost.push(trans.__('That the space is kept awake.'));
  }
  if (unsaved.length > 0) {
    lost.push(
      trans.__(
        'Changes that are not saved, unless you save them now: %1',
        unsaved.join(', ')
      )
    );
  }
  const result = await showDialog({
    title: trans.__('Restart Jupyter?'),
    body: (
      <Consequences
        lost={lost}
        kept={[
          trans.__('Your files; the instance goes on running.'),
          trans.__('Jobs in SageMaker.')
        ]}
        trans={trans}
      />
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Go on working') }),
      ...(unsaved.length > 0
        ? [
            Dialog.warnButton({
              label: trans.__('Restart without saving'),
              actions: ['discard']
            })
          ]
        : []),
      Dialog.warnButton({
        label:
          unsaved.length > 0
            ? trans.__('Save all and restart Jupyter')
            : trans.__('Restart Jupyter'),
        actions: ['save']
      })
    ],
    defaultButton: 0
  });
  return result.button.accept
    ? { save: !result.button.actions.includes('discard') }
    : null;
}

/** Ask before a space is deleted: its name has to be typed. */
export async function confirmRemoveSpace(
  space: ISpaceSummary,
  trans: TranslationBundle
): Promise<boolean> {
  const body = new DialogBody<string>('', set => (
    <>
      <Consequences
        lost={[
          space.volumeGb === undefined
            ? trans.__('Its volume with all files on it, for good.')
            : trans.__(
                'Its volume of %1 GB with all files on it, for good.',
                space.volumeGb
              )
        ]}
        kept={[
          trans.__('Files in S3 and on file systems the space had attached.')
        ]}
        trans={trans}
      />
      <div className="jp-SageMakerStudio-Form">
        <Field label={trans.__('Type the name of the space: %1', space.name)}>
          {attributes => (
            <input
              {...attributes}
              autoComplete="off"
              spellCheck={false}
              onChange={event => {
                set(event.target.value);
                setEnabled(body, event.target.value === space.name);
              }}
            />
          )}
        </Field>
      </div>
    </>
  ));
  const dialog = new Dialog<string>({
    title: trans.__('Delete “%1”?', space.displayName),
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep the space') }),
      Dialog.warnButton({ label: trans.__('Delete the space and its files') })
    ],
    defaultButton: 0,
    focusNodeSelector: 'input'
  });
  setEnabled(body, false);
  const result = await dialog.launch();
  return result.button.accept && result.value === space.name;
}

/** Let the button that destroys be pressed, or not. */
function setEnabled(body: ReactWidget, isEnabled: boolean): void {
  const button = body.node
    .closest('.jp-Dialog')
    ?.querySelector<HTMLButtonElement>('button.jp-mod-warn');
  if (button) {
    button.disabled = !isEnabled;
  }
}

/** Show what a lifecycle script wrote. */
export async function showLog(
  title: string,
  text: string,
  trans: TranslationBundle
): Promise<void> {
  await showDialog({
    title,
    body: (
      <pre className="jp-SageMakerStudio-LifecycleLog">
        {text || trans.__('Nothing was written.')}
      </pre>
    ),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
