import { act, fireEvent, screen, waitFor } from '@testing-library/react';

import { trans } from '../../__tests__/fakes';
import { showAllowDialog } from '../allowDialog';
import { makeModel } from './fakes';

it('how one is allowed: checks as they come, and a command that follows what is chosen', async () => {
  const { model, api } = makeModel();
  await model.refresh();
  api.network.mockClear();
  const row = model.find('efs fs-foreign')!;
  let closed: Promise<void> | undefined;
  await act(async () => {
    closed = showAllowDialog({ row, model, region: 'us-west-2', trans });
  });
  await waitFor(() =>
    expect(screen.getByLabelText('What it needs')).toBeTruthy()
  );
  expect(api.network.mock.calls.map(([id]) => id)).toEqual(['fs-foreign']);
  expect(screen.getByText(/^No mount target in a subnet/)).toBeTruthy();
  const commands = () =>
    [...document.querySelectorAll('.jp-SageMakerStudio-Command pre')].map(
      ({ textContent }) => textContent ?? ''
    );
  expect(commands()).toHaveLength(3);
  expect(commands()[0]).toContain('aws efs create-mount-target');
  expect(commands()[2]).toContain('--user-profile-name ann');
  fireEvent.change(screen.getByLabelText('Allow it for'), {
    target: { value: 'domain' }
  });
  fireEvent.change(screen.getByLabelText('Folder'), {
    target: { value: '/shared' }
  });
  expect(commands()[2]).toMatch(/^aws sagemaker update-domain/);
  expect(commands()[2]).toContain(
    '{"FileSystemId":"fs-foreign","FileSystemPath":"/shared"}'
  );
  fireEvent.click(screen.getByText('Close'));
  await closed;
});
