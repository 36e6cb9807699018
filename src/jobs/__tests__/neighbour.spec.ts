import { CommandRegistry } from '@lumino/commands';

import { NEIGHBOUR, hasOurButton, showNeighbourButton } from '../neighbour';

const HIDES = 'jp-mod-sagemaker-studio-hidesScheduler';

describe('The button in the notebook’s toolbar', () => {
  it.each([
    // setting, with the neighbour, without it, the neighbour's is hidden
    ['ours', true, true, true],
    ['aws', false, true, false],
    ['both', true, true, false],
    ['none', false, false, true]
  ] as const)('%s', (wanted, withIt, without, isHidden) => {
    const commands = new CommandRegistry();
    expect(hasOurButton(wanted, commands)).toBe(without);
    commands.addCommand(NEIGHBOUR.createJob, { execute: () => undefined });
    expect(hasOurButton(wanted, commands)).toBe(withIt);
    showNeighbourButton(wanted);
    expect(document.body.classList.contains(HIDES)).toBe(isHidden);
  });
});
