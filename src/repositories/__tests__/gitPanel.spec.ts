import type { JupyterFrontEnd } from '@jupyterlab/application';

import { hasGitPanel, pointGitAt } from '../gitPanel';

const IGitExtension = { name: 'a token' };
const mockShared = jest.fn(() => ({ IGitExtension }));
jest.mock('@jupyterlab/git', () => mockShared(), { virtual: true });

function lab(isThere: boolean, service: object | null, widgets: string[] = []) {
  const app = {
    hasPlugin: () => isThere,
    resolveOptionalService: jest.fn(async () => service),
    shell: { widgets: () => widgets.map(id => ({ id })) }
  };
  return app as unknown as JupyterFrontEnd & typeof app;
}

beforeEach(() => {
  jest.resetModules();
  mockShared.mockClear();
});

describe('jupyterlab-git', () => {
  it('is left alone where it is not', async () => {
    const app = lab(false, null);
    await pointGitAt(app, 'copy');
    expect(mockShared).not.toHaveBeenCalled();
    expect(hasGitPanel(app)).toBe(false);
  });

  it('looks at the folder where it is', async () => {
    const git = { pathRepository: '' };
    const app = lab(true, git, ['jp-git-sessions']);
    await pointGitAt(app, 'team/copy');
    expect(app.resolveOptionalService).toHaveBeenCalledWith(IGitExtension);
    expect(git.pathRepository).toBe('team/copy');
    expect(hasGitPanel(app)).toBe(true);
  });

  it('breaks nothing without its server part, or when it shares nothing', async () => {
    const app = lab(true, null);
    await pointGitAt(app, 'copy');
    expect(app.resolveOptionalService).toHaveBeenCalledTimes(1);
    mockShared.mockImplementationOnce(() => {
      throw new Error('shared module @jupyterlab/git doesn’t exist');
    });
    jest.resetModules();
    await pointGitAt(app, 'copy');
    expect(app.resolveOptionalService).toHaveBeenCalledTimes(1);
  });
});
