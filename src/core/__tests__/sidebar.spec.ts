import { nullTranslator } from '@jupyterlab/translation';

import { StudioSidebar } from '../sidebar';

describe('StudioSidebar', () => {
  it('has a badge beside what JupyterLab keeps of its tab', () => {
    const sidebar = new StudioSidebar(null, nullTranslator);
    sidebar.title.dataset = { id: sidebar.id };
    sidebar.setBadge(2, '2 failed notebook jobs');
    expect(sidebar.title.dataset).toEqual({
      id: sidebar.id,
      'sagemaker-studio-badge': '2'
    });
    expect(sidebar.title.caption).toBe(
      'SageMaker Studio: 2 failed notebook jobs'
    );
    sidebar.setBadge(0, '');
    expect(sidebar.title.dataset).toEqual({ id: sidebar.id });
    expect(sidebar.title.caption).toBe('SageMaker Studio');
    sidebar.dispose();
  });
});
