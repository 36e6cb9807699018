import type { KernelSpec } from '@jupyterlab/services';

import type { IKernelChoice } from './validation';

/** The kernels installed here, the default one first. */
export async function listKernels(
  manager: KernelSpec.IManager
): Promise<IKernelChoice[]> {
  await manager.ready;
  const { specs } = manager;
  const kernels = Object.values(specs?.kernelspecs ?? {}).flatMap(spec =>
    spec ? [{ name: spec.name, displayName: spec.display_name }] : []
  );
  const isDefault = (kernel: IKernelChoice) =>
    Number(kernel.name === specs?.default);
  return kernels.sort(
    (a, b) =>
      isDefault(b) - isDefault(a) || a.displayName.localeCompare(b.displayName)
  );
}
