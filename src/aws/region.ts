import { requireField } from '../core/context';
import type { IContext } from '../tokens';

/** The region, or an error that says how to set one. */
export function regionOf(context: IContext): string {
  return requireField(
    context,
    'region',
    'RegionUnknown',
    'Set AWS_REGION for the JupyterLab server and start it again.'
  );
}
