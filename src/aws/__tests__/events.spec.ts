import { toRuleExpression } from '../events';

describe('the expression of a rule', () => {
  const now = new Date('2026-11-22T10:17:30Z');

  it.each([
    ['rate(1 minute)', 'cron(* * * * ? *)'],
    ['rate(15 minutes)', 'cron(2,17,32,47 * * * ? *)'],
    ['rate(1 hour)', 'cron(17 * * * ? *)'],
    ['rate(6 hours)', 'cron(17 4,10,16,22 * * ? *)'],
    ['rate(24 hours)', 'cron(17 10 * * ? *)'],
    ['rate(1 day)', 'cron(17 10 * * ? *)'],
    // At other times each day: only a rate can say so.
    ['rate(7 minutes)', 'rate(7 minutes)'],
    ['rate(90 minutes)', 'rate(90 minutes)'],
    ['rate(5 hours)', 'rate(5 hours)'],
    ['rate(2 days)', 'rate(2 days)'],
    ['cron(30 9 ? * 2-6 *)', 'cron(30 9 ? * 2-6 *)']
  ])('%s is %s', (expression, rule) => {
    expect(toRuleExpression({ expression, timeZone: 'UTC' }, now)).toBe(rule);
  });
});
