import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { RowIcon } from './RowIcon';

/** A button with an icon only; its label is spoken and shown as a tool tip. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  isDisabled?: boolean;
  onClick: () => void;
}): JSX.Element {
  const { icon, label, isDisabled, onClick } = props;
  return (
    <button
      type="button"
      className="jp-SageMakerStudio-iconButton"
      title={label}
      aria-label={label}
      disabled={isDisabled}
      onClick={onClick}
    >
      <RowIcon icon={icon} />
    </button>
  );
}
