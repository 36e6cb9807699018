import { awsError } from '../../__tests__/server';
import { aws, gatewayWith, inputs, operation } from './fakes';

const NAME = 'sagemaker-studio-change-space';
const ARN = `arn:aws:states:us-west-2:123456789012:stateMachine:${NAME}`;
const machine = (name: string) => ({
  name,
  stateMachineArn: ARN.replace(NAME, name)
});

describe('the state machine', () => {
  it('is found by its name, page by page', async () => {
    const { gateway, received } = gatewayWith(request =>
      inputs([request], 'ListStateMachines')[0].nextToken
        ? aws({ stateMachines: [machine(NAME)] })
        : aws({ nextToken: 'more', stateMachines: [machine(`${NAME}-2`)] })
    );
    expect(await gateway.stateMachines.find('')).toEqual({ value: ARN });
    expect(received.map(({ path }) => path)).toEqual([
      'aws/states/',
      'aws/states/'
    ]);
  });

  it('is not there', async () => {
    const { gateway } = gatewayWith(() => aws({ stateMachines: [] }));
    const found = await gateway.stateMachines.find('');
    expect(found).toMatchObject({ value: null });
    expect(JSON.stringify(found)).toMatch(NAME);
  });

  it('that is given is looked at', async () => {
    const { gateway, received } = gatewayWith(() => aws({}));
    expect(await gateway.stateMachines.find(ARN)).toEqual({ value: ARN });
    expect(operation(received[0])).toBe('DescribeStateMachine');
  });

  it('that is given and may not be looked at is taken to be there', async () => {
    const { gateway } = gatewayWith(() =>
      awsError('AccessDeniedException', 'not authorized', 400)
    );
    expect(await gateway.stateMachines.find(ARN)).toEqual({ value: ARN });
    expect(await gateway.stateMachines.find('')).toMatchObject({
      value: null,
      error: { code: 'AccessDeniedException' }
    });
  });

  it('that is given and not there says so', async () => {
    const { gateway } = gatewayWith(() =>
      awsError('StateMachineDoesNotExist', 'State Machine Does Not Exist')
    );
    expect(await gateway.stateMachines.find(ARN)).toMatchObject({
      value: null,
      reason: 'State Machine Does Not Exist'
    });
  });
});
