import type { JupyterFrontEnd } from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import type { AccordionPanel } from '@lumino/widgets';
import { Widget } from '@lumino/widgets';

import { fakeServer } from '../../__tests__/server';
import { corePlugins } from '../plugins';
import { StudioSidebar } from '../sidebar';

const section = (id: string) => {
  const widget = new Widget();
  widget.id = id;
  widget.title.label = id;
  return widget;
};

describe('the core plugins', () => {
  it('are activated at once, without a single request, with nothing optional there', () => {
    const { settings, received } = fakeServer(() => new Response());
    const added: Widget[] = [];
    const app = {
      restored: Promise.resolve(),
      serviceManager: { serverSettings: settings },
      shell: { add: (widget: Widget) => added.push(widget) }
    } as unknown as JupyterFrontEnd;
    for (const plugin of corePlugins) {
      const optional = (plugin.optional ?? []).map(() => null);
      const required = (plugin.requires ?? []).map(() => ({}));
      const service = plugin.activate(app, ...required, ...optional);
      expect(service).toBeTruthy();
      expect(service).not.toBeInstanceOf(Promise);
    }
    expect(corePlugins.map(({ id }) => id)).toEqual(
      ['context', 'gateway', 'tasks', 'watcher', 'sidebar'].map(
        name => `jupyterlab-sagemaker-studio:${name}`
      )
    );
    expect(added).toHaveLength(1);
    expect(received).toHaveLength(0);
  });
});

describe('StudioSidebar', () => {
  let sidebar: StudioSidebar;
  afterEach(() => sidebar.dispose());

  it('keeps sections in order of rank and lets them go', () => {
    sidebar = new StudioSidebar(null, nullTranslator);
    sidebar.addSection(section('jobs'), { rank: 40 });
    const space = sidebar.addSection(section('space'), { rank: 10 });
    sidebar.addSection(section('files'), { rank: 30 });
    const ids = () => sidebar.widgets.map(({ id }) => id);
    expect(ids()).toEqual(['space', 'files', 'jobs']);
    space.dispose();
    expect(ids()).toEqual(['files', 'jobs']);
  });

  it('opens itself and the section asked for', () => {
    const activateById = jest.fn();
    sidebar = new StudioSidebar({ activateById } as never, nullTranslator);
    sidebar.addSection(section('jobs'), { rank: 40 });
    const expand = jest.spyOn(sidebar.content as AccordionPanel, 'expand');
    sidebar.reveal('jobs');
    expect(activateById).toHaveBeenCalledWith(sidebar.id);
    expect(expand).toHaveBeenCalledWith(0);
    sidebar.reveal('unknown');
    expect(expand).toHaveBeenCalledTimes(1);
  });

  it('folds a section until it is opened, and gives it room then', () => {
    sidebar = new StudioSidebar(null, nullTranslator);
    const [space, files] = [section('space'), section('files')];
    sidebar.addSection(space, { rank: 10 });
    sidebar.addSection(files, { rank: 20, isFolded: true });
    const content = sidebar.content as AccordionPanel;
    expect([space.isHidden, files.isHidden]).toEqual([false, true]);
    const resize = jest.spyOn(content, 'setRelativeSizes');
    content.expand(1);
    expect(files.isHidden).toBe(false);
    expect(resize).toHaveBeenLastCalledWith([1, 1]);
    content.collapse(1);
    resize.mockClear();
    content.expand(1);
    // From now on it comes back as the person left it.
    expect(resize).not.toHaveBeenCalledWith([1, 1]);
  });
});
