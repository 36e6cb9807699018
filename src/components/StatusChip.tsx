import * as React from 'react';

import {
  activeIcon,
  failureIcon,
  stoppedIcon,
  successIcon,
  waitingIcon,
  warningIcon
} from './icons';
import { RowIcon } from './RowIcon';

/** How a state is to be taken. */
export type StatusTone =
  'active' | 'waiting' | 'success' | 'failure' | 'stopped' | 'warning';

const ICONS = {
  active: activeIcon,
  waiting: waitingIcon,
  success: successIcon,
  failure: failureIcon,
  stopped: stoppedIcon,
  warning: warningIcon
};

/** What a {@link StatusChip} needs. */
export interface IStatusChipProps {
  tone: StatusTone;
  /** The state in words; colour and icon only repeat it. */
  label: string;
  /** More about it, as a tool tip. */
  title?: string;
}

/** A state as icon and text, so that it can be told without seeing colour. */
export function StatusChip(props: IStatusChipProps): JSX.Element {
  const { tone, label, title } = props;
  return (
    <span
      className={`jp-SageMakerStudio-StatusChip jp-mod-${tone}`}
      title={title}
    >
      <RowIcon icon={ICONS[tone]} />
      {label}
    </span>
  );
}
