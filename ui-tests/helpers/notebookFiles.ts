import * as fs from 'node:fs';
import * as path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { JobForm } from './jobs';

/** A code cell of a notebook. */
export interface ICell {
  source: string;
  tags?: string[];
}

/** The kernel a notebook asks for. */
export interface IKernel {
  name: string;
  displayName: string;
}

const PYTHON: IKernel = {
  name: 'python3',
  displayName: 'Python 3 (ipykernel)'
};

const SAMPLES = path.resolve(
  __dirname,
  '../../server/sagemaker_studio_local/samples'
);

/** Cells that set `count` and print it, in a second or two. */
export const COUNTING: ReadonlyArray<ICell> = [
  { source: 'count = 1', tags: ['parameters'] },
  { source: 'print(f"count={count}")' }
];

/** Put a sample of the local Studio into a folder. */
export function copySample(folder: string, name: string): void {
  fs.copyFileSync(path.join(SAMPLES, name), path.join(folder, name));
}

/** Write a notebook as a person would have saved it. */
export function writeNotebook(
  file: string,
  cells: ReadonlyArray<ICell>,
  kernel = PYTHON
): void {
  const content = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: {
        name: kernel.name,
        display_name: kernel.displayName,
        language: kernel === PYTHON ? 'python' : ''
      }
    },
    cells: cells.map(({ source, tags }, index) => ({
      id: `cell-${index}`,
      cell_type: 'code',
      execution_count: null,
      metadata: tags ? { tags } : {},
      outputs: [],
      source
    }))
  };
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(content, null, 1));
}

/** Right-click a notebook in the file browser and choose *Run as job*. */
export async function runFromFileBrowser(
  page: IJupyterLabPageFixture,
  notebook: string
): Promise<JobForm> {
  await page
    .getByRole('listitem', { name: `Name: ${notebook}` })
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Run as job' }).click();
  return new JobForm(page);
}
