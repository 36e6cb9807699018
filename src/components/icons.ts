import { LabIcon } from '@jupyterlab/ui-components';

// Shapes differ, not only colours: a status must be readable without seeing colour.
const svg = (path: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="${path}"/></svg>`;

const icon = (name: string, path: string) =>
  new LabIcon({
    name: `jupyterlab-sagemaker-studio:${name}`,
    svgstr: svg(path)
  });

/** A filled circle with an exclamation mark. */
export const failureIcon = icon(
  'failure',
  'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 15h-2v-2h2zm0-4h-2V7h2z'
);
/** A tick in a circle. */
export const successIcon = icon(
  'success',
  'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-2 15-5-5 1.4-1.4 3.6 3.6 7.6-7.6L19 8z'
);
/** A triangle with an exclamation mark. */
export const warningIcon = icon(
  'warning',
  'M12 2 1 21h22zm1 16h-2v-2h2zm0-4h-2V9h2z'
);
/** A triangle that points on. */
export const activeIcon = icon(
  'active',
  'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-2 14.5v-9l6 4.5z'
);
/** A square in a circle. */
export const stoppedIcon = icon(
  'stopped',
  'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm4 14H8V8h8z'
);
/** A clock. */
export const waitingIcon = icon(
  'waiting',
  'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16zm.5-13H11v6l5.2 3.2.8-1.3-4.5-2.7z'
);
/** The sidebar's icon: a cube, the shape of a model. */
export const studioIcon = icon(
  'studio',
  'M12 2 3 7v10l9 5 9-5V7zm0 2.3L17.9 7.5 12 10.8 6.1 7.5zM5 9.2l6 3.3v6.7l-6-3.4zm8 10v-6.7l6-3.3v6.6z'
);
