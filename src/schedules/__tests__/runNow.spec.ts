import { fireEvent, screen, waitFor } from '@testing-library/react';

import { askRunValues } from '../runNowDialog';
import { definition, job, trans } from './fakes';

describe('running a definition now', () => {
  const ask = () =>
    askRunValues(
      definition({
        job: job({
          kernelName: 'python3',
          parameters: { rows: '10', 'made elsewhere': 'x' },
          environment: { DB_PASSWORD: 'known', COLOUR: 'blue' }
        })
      }),
      trans
    );
  const type = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  const press = (name: string) =>
    fireEvent.click(screen.getByRole('button', { name, hidden: true }));
  const isBlocked = () =>
    screen.getByRole<HTMLButtonElement>('button', {
      name: 'Run now',
      hidden: true
    }).disabled;

  const open = async () => {
    let found: unknown;
    void ask().then(values => (found = values));
    await screen.findByText('Run “Nightly report” now');
    return async () => {
      press('Run now');
      await waitFor(() =>
        expect(document.querySelector('.jp-Dialog')).toBeNull()
      );
      return found;
    };
  };

  it('takes further parameters and variables', async () => {
    const run = await open();
    type('Value of rows', '20');
    press('Remove made elsewhere');
    press('Add a parameter');
    type('Parameters: name 2', 'depth');
    type('Value of depth', '3');
    type('Value of COLOUR', 'red');
    press('Add a variable');
    type('Environment variables: name 3', 'SIZE');
    type('Value of SIZE', 'l');
    expect(await run()).toEqual({
      parameters: { rows: '20', depth: '3' },
      environment: { DB_PASSWORD: 'known', COLOUR: 'red', SIZE: 'l' }
    });
  });

  it('says what is wrong as the form does', async () => {
    const run = await open();
    expect(isBlocked()).toBe(false);
    press('Add a parameter');
    expect(isBlocked()).toBe(true);
    type('Parameters: name 3', 'two words');
    screen.getByText(/^Rename “two words”: a parameter is a variable/);
    type('Parameters: name 3', 'rows');
    screen.getByText('Remove one of the two parameters called “rows”.');
    type('Parameters: name 3', 'more');
    expect(isBlocked()).toBe(false);
    press('Add a variable');
    type('Environment variables: name 3', 'SM_KERNEL_NAME');
    screen.getByText(/^Rename “SM_KERNEL_NAME”: SageMaker sets/);
    type('Environment variables: name 3', 'API_TOKEN');
    type('Value of API_TOKEN', 'abc');
    screen.getByText(/^“API_TOKEN” looks like a secret: use the ARN/);
    expect(isBlocked()).toBe(true);
    type('Environment variables: name 3', 'API_TOKEN_SECRET_ARN');
    expect(isBlocked()).toBe(false);
    await run();
  });
});
