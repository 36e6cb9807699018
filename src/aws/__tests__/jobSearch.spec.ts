import type { IContext } from '../../tokens';
import { toSearch } from '../jobSearch';

function context(fields: Record<string, string>): IContext {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        { value, source: 'test' }
      ])
    )
  } as unknown as IContext;
}

const STUDIO = context({
  partition: 'aws',
  region: 'us-west-2',
  accountId: '123456789012',
  domainId: 'd-1',
  spaceName: 'ours',
  userProfileName: 'jo'
});

/** How many `Contains` there are anywhere: Search takes one. */
function containsIn(request: unknown): number {
  return JSON.stringify(request).split('"Contains"').length - 1;
}

describe('toSearch', () => {
  it('asks as AWS’s scheduler does when nothing is narrowed', () => {
    const { SearchExpression, MaxResults } = toSearch(STUDIO, {});
    expect(MaxResults).toBe(100);
    expect(SearchExpression?.Filters).toEqual([
      {
        Name: 'Tags.sagemaker:is-studio-archived',
        Operator: 'Equals',
        Value: 'false'
      }
    ]);
    expect(SearchExpression?.SubExpressions).toHaveLength(3);
    expect(containsIn(SearchExpression)).toBe(1);
  });

  it('leaves the owner out for the domain, and asks for the space by name or ARN', () => {
    const domain = JSON.stringify(toSearch(STUDIO, { scope: 'domain' }));
    expect(domain).not.toContain('user-profile-name');
    const space = toSearch(STUDIO, { scope: 'space' }).SearchExpression;
    expect(space?.SubExpressions?.[2]).toEqual({
      Operator: 'Or',
      Filters: [
        {
          Name: 'Tags.sagemaker:shared-space-name',
          Operator: 'Equals',
          Value: 'ours'
        },
        {
          Name: 'Tags.sagemaker:space-arn',
          Operator: 'Equals',
          Value: 'arn:aws:sagemaker:us-west-2:123456789012:space/d-1/ours'
        }
      ]
    });
  });

  it('never asks for two parts of texts at once', () => {
    const named = toSearch(STUDIO, { nameContains: 'x' });
    expect(containsIn(named)).toBe(1);
    expect(JSON.stringify(named)).toContain(':domain/d-1"');
    // Without the account the domain's ARN is not known, so the name can't be asked for.
    const poor = context({ region: 'us-west-2', domainId: 'd-1' });
    const found = JSON.stringify(toSearch(poor, { nameContains: 'x' }));
    expect(found).not.toContain('"Value":"x"');
    expect(containsIn(toSearch(poor, { nameContains: 'x' }))).toBe(1);
  });

  it.each([
    'extension',
    'scheduler',
    'schedule',
    'sweep',
    'pipeline-step'
  ] as const)('narrows to the source %s by tags', source => {
    const { SearchExpression } = toSearch(STUDIO, { source });
    expect(SearchExpression?.SubExpressions?.[0]).not.toHaveProperty(
      'Operator'
    );
  });

  it('finds timed-out jobs among the failed ones', () => {
    const { SearchExpression } = toSearch(STUDIO, { status: 'Failed' });
    expect(SearchExpression?.SubExpressions?.[3].Filters).toHaveLength(2);
  });
});
