import type { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * An icon for long lists: its SVG as text.
 *
 * `LabIcon.react` parses the SVG anew for each element, which is felt when one
 * scrolls through thousands of rows. Hidden from screen readers.
 */
export function RowIcon(props: { icon: LabIcon }): JSX.Element {
  return (
    <span
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: props.icon.svgstr }}
    />
  );
}
