import type * as nbformat from '@jupyterlab/nbformat';

import { suggestName } from '../names';
import { readNotebook } from '../notebook';

const cell = (source: string | string[], tags?: string[], type = 'code') =>
  ({ cell_type: type, source, metadata: tags ? { tags } : {} }) as never;

const notebook = (
  cells: nbformat.ICell[],
  metadata: object = {}
): nbformat.INotebookContent => ({
  cells,
  metadata: metadata as nbformat.INotebookMetadata,
  nbformat: 4,
  nbformat_minor: 5
});

describe('readNotebook', () => {
  it('finds kernel, parameters, conversions and cells', () => {
    const info = readNotebook(
      notebook(
        [
          cell('# Title', undefined, 'markdown'),
          cell(['epochs = 10\n', 'rate = 0.1'], ['parameters']),
          cell('\n\nepochs = int(epochs)')
        ],
        {
          kernelspec: { name: 'python3', display_name: 'Python 3' },
          language_info: { name: 'python' }
        }
      ),
      2
    );
    expect(info).toMatchObject({
      kernelName: 'python3',
      kernelDisplayName: 'Python 3',
      hasParametersCell: true,
      activeCell: 2,
      cells: [
        { index: 1, summary: 'epochs = 10' },
        { index: 2, summary: 'epochs = int(epochs)' }
      ]
    });
    expect(info.parameters.map(each => each.name)).toEqual(['epochs', 'rate']);
    expect([...info.converted]).toEqual(['epochs']);
  });

  it('reads no parameters from other languages and takes no text cell', () => {
    const info = readNotebook(
      notebook([cell('x <- 1', ['parameters']), cell('a', [], 'markdown')], {
        language_info: { name: 'R' }
      }),
      1
    );
    expect(info.hasParametersCell).toBe(true);
    expect(info.parameters).toEqual([]);
    expect(info.activeCell).toBeUndefined();
    expect(readNotebook(notebook([])).cells).toEqual([]);
  });
});

describe('suggestName', () => {
  const now = new Date(2024, 4, 1, 9, 5);

  it('is the notebook’s with the time, and new', () => {
    expect(suggestName('a/b/train é.ipynb', [], now)).toBe(
      'train é 2024-05-01 09:05'
    );
    expect(
      suggestName(
        'x.ipynb',
        ['x 2024-05-01 09:05', 'x 2024-05-01 09:05 2'],
        now
      )
    ).toBe('x 2024-05-01 09:05 3');
    expect(suggestName('a*(b)&c.ipynb', [], now)).toBe(
      'a-b-c 2024-05-01 09:05'
    );
  });
});
