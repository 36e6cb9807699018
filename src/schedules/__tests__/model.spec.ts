import { StudioError } from '../../core/errors';
import { ID, definition, job, makeDetail, makeList, settle } from './fakes';

describe('the list of definitions', () => {
  it('reads nothing until it is seen, and then schedules of visible rows only', async () => {
    const { api, model, watcher } = makeList();
    await watcher.tick();
    expect(api.calls).toEqual([]);

    model.addViewer(() => true);
    await watcher.tick();
    expect(model.definitions).toHaveLength(1);
    expect(api.of('trigger')).toEqual([]);

    model.seen(ID);
    await settle();
    expect(api.of('trigger')).toEqual([[ID]]);
    expect(model.trigger(ID)?.value?.isEnabled).toBe(true);
    model.seen(ID);
    await settle();
    expect(api.of('trigger')).toHaveLength(1);
  });

  it('reads the latest runs of all definitions with one call', async () => {
    const { jobs, model, watcher } = makeList();
    jobs.jobs = Array.from({ length: 12 }, (_, index) =>
      job({ name: `run-${index}`, jobDefinitionId: ID })
    );
    model.addViewer(() => true);
    await watcher.tick();
    expect(jobs.asked).toEqual([{ scope: 'mine', source: 'schedule' }]);
    expect(model.jobs(ID)).toHaveLength(10);
    expect(model.jobs('another')).toEqual([]);
  });

  it('shows the definitions though their runs can’t be read', async () => {
    const { jobs, model, watcher } = makeList();
    jobs.failure = new StudioError({ code: 'Throttling', message: 'slowly' });
    model.addViewer(() => true);
    await watcher.tick();
    expect(model.definitions).toHaveLength(1);
    expect(model.moreError?.message).toBe('slowly');
  });

  it('keeps what it has when it can’t be read again', async () => {
    const { api, model, watcher } = makeList();
    model.addViewer(() => true);
    await watcher.tick();
    api.failure = new StudioError({ code: 'AccessDenied', message: 'no' });
    await watcher.tick();
    expect(model.state.phase).toBe('failed');
    expect(model.definitions).toHaveLength(1);
  });

  it('leaves out one that was deleted, though Search still finds it', async () => {
    const { model, watcher } = makeList();
    model.addViewer(() => true);
    await watcher.tick();
    model.drop(ID);
    expect(model.definitions).toEqual([]);
    await watcher.tick();
    expect(model.definitions).toEqual([]);
  });

  it('reads anew for another scope', async () => {
    const { jobs, model } = makeList();
    model.addViewer(() => true);
    model.scope = 'domain';
    await settle();
    expect(jobs.asked).toEqual([{ scope: 'domain', source: 'schedule' }]);
  });
});

describe('one definition', () => {
  it('has its schedule, its runs of the month, and whether the notebook was edited', async () => {
    const { jobs, model } = makeDetail('edited');
    jobs.jobs = [
      job({ jobDefinitionId: ID, createdAt: new Date(), status: 'Completed' })
    ];
    await model.refresh();
    expect(model.definition?.displayName).toBe('Nightly report');
    expect(model.schedule?.expression).toBe('cron(0 9 * * ? *)');
    expect(model.notebook).toBe('edited');
    expect(jobs.asked[0]).toMatchObject({ definitionId: ID, scope: 'domain' });
    const today = model.weeks.flat().find(day => day.isToday);
    expect(today?.jobs).toHaveLength(1);
    expect(model.timeZone).toBe('Europe/Lisbon');
  });

  it('plans nothing while it is paused, without a schedule or a target', async () => {
    const { api, model } = makeDetail();
    for (const change of [{ isEnabled: false }, { hasTarget: false }]) {
      const value = { ...api.triggers.get(ID)!.value!, ...change };
      api.triggers.set(ID, { value });
      await model.refresh();
      expect(model.schedule).toBeNull();
      api.triggers.set(ID, {
        value: { ...value, isEnabled: true, hasTarget: true }
      });
    }
    api.triggers.set(ID, { value: null });
    await model.refresh();
    expect(model.schedule).toBeNull();
    expect(model.weeks.flat().every(({ planned }) => planned === 0)).toBe(true);
  });

  it('turns months and reads their runs', async () => {
    const { jobs, model } = makeDetail();
    await model.refresh();
    const { year, month } = model.month;
    model.turn(-1);
    expect(model.month).toEqual(
      month === 1 ? { year: year - 1, month: 12 } : { year, month: month - 1 }
    );
    model.choose({ year, month, day: 1 });
    expect(model.month).toEqual({ year, month });
    await settle();
    expect(jobs.asked).toHaveLength(3);
  });

  it('says that it was deleted elsewhere, and asks no more', async () => {
    const { api, model, watcher } = makeDetail();
    await model.refresh();
    api.definitions = [];
    await model.refresh();
    expect(model.isGone).toBe(true);
    const { length } = api.calls;
    await watcher.tick();
    expect(api.calls).toHaveLength(length);
  });

  it('shows what it knows where its runs can’t be read', async () => {
    const { jobs, model } = makeDetail();
    jobs.failure = new StudioError({ code: 'AccessDenied', message: 'no' });
    await model.refresh();
    expect(model.definition).toEqual(definition({ job: expect.anything() }));
    expect(model.jobsError?.message).toBe('no');
  });
});
