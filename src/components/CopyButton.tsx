import type { TranslationBundle } from '@jupyterlab/translation';
import { checkIcon, copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** What a {@link CopyButton} needs. */
export interface ICopyButtonProps {
  /** Gives the text when the button is pressed. */
  text: () => string | Promise<string>;
  /** What is copied, for the tool tip and screen readers. */
  label: string;
  /** Whether the words are shown beside the icon, too. */
  isLabelled?: boolean;
  trans: TranslationBundle;
}

/** Copies a text; shows a tick for a moment once it is on the clipboard. */
export function CopyButton(props: ICopyButtonProps): JSX.Element {
  const { text, label, isLabelled, trans } = props;
  const [state, setState] = React.useState<'idle' | 'copied' | 'failed'>(
    'idle'
  );
  React.useEffect(() => {
    if (state === 'idle') {
      return;
    }
    const timer = setTimeout(() => setState('idle'), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    setState((await copyText(await text())) ? 'copied' : 'failed');
  };
  const Icon = state === 'copied' ? checkIcon : copyIcon;
  const said =
    state === 'copied'
      ? trans.__('Copied')
      : state === 'failed'
        ? trans.__('The browser does not allow copying here')
        : '';
  return (
    <button
      type="button"
      className="jp-SageMakerStudio-CopyButton"
      aria-label={label}
      title={said || label}
      onClick={() => void copy()}
    >
      <Icon.react tag="span" />
      {isLabelled && <span>{label}</span>}
      <span role="status" className="jp-SageMakerStudio-visuallyHidden">
        {said}
      </span>
    </button>
  );
}

/** Put a text on the clipboard; false where the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Without HTTPS there is no clipboard interface, but copying a selection still works. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  const focused = document.activeElement as HTMLElement | null;
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.appendChild(area);
  area.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    focused?.focus();
  }
}
