import { StudioError } from '../../core/errors';
import { StudioStore } from '../../core/store';
import { CachedInstances } from '../instances';
import { database, fakeInstances } from './fakes';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const make = (db = database(), region = 'us-west-2') => {
  const api = fakeInstances();
  const store = new StudioStore(db, 'space');
  return { api, cached: new CachedInstances(api, store, async () => region) };
};
const HOUR = 3_600_000;

describe('CachedInstances', () => {
  it('asks for quotas at most once a minute', async () => {
    const { api, cached } = make();
    await Promise.all([cached.quotas(), cached.quotas()]);
    expect(api.quotas).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(61_000);
    await cached.quotas();
    expect(api.quotas).toHaveBeenCalledTimes(2);
  });

  it('keeps prices for a day, across a reload, for their region', async () => {
    const db = database();
    await make(db).cached.prices();
    const later = make(db);
    jest.advanceTimersByTime(23 * HOUR);
    expect((await later.cached.prices()).value).toMatchObject({
      'ml.t3.medium': 0.05
    });
    expect(later.api.prices).not.toHaveBeenCalled();
    const elsewhere = make(db, 'eu-west-1');
    await elsewhere.cached.prices();
    expect(elsewhere.api.prices).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(2 * HOUR);
    const tomorrow = make(db);
    await tomorrow.cached.prices();
    expect(tomorrow.api.prices).toHaveBeenCalledTimes(1);
  });

  it('does not knock again and again where it is refused', async () => {
    const { api, cached } = make();
    const refusal = (code: string) => ({
      value: null,
      reason: code,
      error: new StudioError({ code, message: code })
    });
    api.prices.mockResolvedValue(refusal('AccessDeniedException'));
    await cached.prices();
    jest.advanceTimersByTime(5 * 60_000);
    await cached.prices();
    expect(api.prices).toHaveBeenCalledTimes(1);
    cached.forget();
    api.prices.mockResolvedValue(refusal('ThrottlingException'));
    await cached.prices();
    jest.advanceTimersByTime(31_000);
    await cached.prices();
    expect(api.prices).toHaveBeenCalledTimes(3);
  });
});
