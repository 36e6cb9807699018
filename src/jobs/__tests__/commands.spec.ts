import { CommandRegistry } from '@lumino/commands';

import { CommandIDs, addCommands } from '../commands';
import type { JobsController } from '../controller';
import { job, trans } from './fakes';

function setUp(change: object = {}) {
  const commands = new CommandRegistry();
  const controller = {
    details: { currentChanged: { connect: () => true } },
    currentJob: undefined as unknown,
    openForm: jest.fn(),
    openJob: jest.fn(),
    openOutput: jest.fn(),
    stop: jest.fn(),
    chooseNotebook: jest.fn()
  };
  addCommands({
    commands,
    controller: controller as unknown as JobsController,
    trans,
    tracker: null,
    browsers: null,
    palette: null,
    launcher: null,
    isNotebookCurrent: () => false,
    hasToolbarButton: () => true,
    ...change
  });
  return { commands, controller };
}

describe('commands', () => {
  it('all have a label and a description of their arguments, without any optional part', async () => {
    const { commands } = setUp();
    for (const id of Object.values(CommandIDs)) {
      expect(commands.label(id)).not.toBe('');
      expect((await commands.describedBy(id)).args).not.toBeNull();
      expect(typeof commands.isEnabled(id)).toBe('boolean');
    }
  });

  it('run a given notebook, else let one be chosen', async () => {
    const { commands, controller } = setUp();
    await commands.execute(CommandIDs.runAsJob, { path: 'a.ipynb' });
    expect(controller.openForm).toHaveBeenCalledWith({ path: 'a.ipynb' });
    await commands.execute(CommandIDs.runAsJob, { origin: 'launcher' });
    expect(controller.chooseNotebook).toHaveBeenCalled();
  });

  it('hide the toolbar’s button alone if the settings say so', () => {
    const { commands } = setUp({ hasToolbarButton: () => false });
    const { runAsJob } = CommandIDs;
    expect(commands.isVisible(runAsJob, { origin: 'toolbar' })).toBe(false);
    expect(commands.isVisible(runAsJob)).toBe(true);
  });

  it('act on the job in front as far as its status allows', async () => {
    const { commands, controller } = setUp();
    expect(commands.isEnabled(CommandIDs.stopJob)).toBe(false);
    controller.currentJob = job({ name: 'a' });
    expect(commands.isEnabled(CommandIDs.stopJob)).toBe(true);
    expect(commands.isEnabled(CommandIDs.openJobOutput)).toBe(false);
    await commands.execute(CommandIDs.stopJob);
    expect(controller.stop).toHaveBeenCalledWith('a');
    controller.currentJob = job({ name: 'a', status: 'Completed' });
    expect(commands.isEnabled(CommandIDs.stopJob)).toBe(false);
    await commands.execute(CommandIDs.openJobOutputHtml, { name: 'b' });
    expect(controller.openOutput).toHaveBeenCalledWith('b', 'html');
  });
});
