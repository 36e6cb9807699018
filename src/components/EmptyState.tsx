import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/** What an {@link EmptyState} needs. */
export interface IEmptyStateProps {
  /** Why there is nothing here, e.g. "No notebook jobs yet". */
  title: string;
  icon?: LabIcon;
  /** What one could do. */
  action?: { label: string; onClick: () => void };
  children?: React.ReactNode;
}

/** Words where a list would be, and what to do next. */
export function EmptyState(props: IEmptyStateProps): JSX.Element {
  const { title, icon: Icon, action, children } = props;
  return (
    <div className="jp-SageMakerStudio-EmptyState">
      {Icon && <Icon.react tag="span" aria-hidden="true" />}
      <p className="jp-SageMakerStudio-EmptyState-title">{title}</p>
      {children}
      {action && (
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept"
          onClick={action.onClick}
        >
          {action.label}
        </button>
      )}
    </div>
  );
}
