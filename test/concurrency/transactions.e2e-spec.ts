import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { startTestApp, type TestApp } from '../support/app';

describe('A transaction', () => {
  let server: TestApp;
  let runner: TransactionRunner;

  beforeAll(async () => {
    server = await startTestApp();
    runner = server.get(TransactionRunner);
    await server.connection.createCollection('probes');
  });
  beforeEach(async () => {
    await probes().deleteMany({});
    await probes().insertOne({ name: 'counter', count: 0 });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => server.close());

  const probes = () => server.connection.collection('probes');
  const count = async (): Promise<unknown> => (await probes().findOne({ name: 'counter' }))?.count;

  it('that conflicts with others runs again: ten increments at once are ten', async () => {
    await Promise.all(
      Array.from({ length: 10 }, () =>
        runner.run(async (session) => {
          const found = await probes().findOne({ name: 'counter' }, { session });
          await probes().updateOne(
            { name: 'counter' },
            { $set: { count: Number(found?.count) + 1 } },
            { session },
          );
        }),
      ),
    );
    expect(await count()).toBe(10);
  });

  it('that is about the same as others waits for its turn instead: of fifty at once each runs once', async () => {
    let runs = 0;
    await Promise.all(
      Array.from({ length: 50 }, () =>
        runner.run(
          async (session) => {
            runs += 1;
            const found = await probes().findOne({ name: 'counter' }, { session });
            const set = { count: Number(found?.count) + 1 };
            await probes().updateOne({ name: 'counter' }, { $set: set }, { session });
          },
          { about: 'the counter' },
        ),
      ),
    );
    expect([await count(), runs]).toEqual([50, 50]);
  });

  it('that throws leaves nothing behind, and the error is the caller’s', async () => {
    const failed = runner.run(async (session) => {
      await probes().updateOne({ name: 'counter' }, { $inc: { count: 1 } }, { session });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await count()).toBe(0);
  });

  it('inside another joins it, and stands or falls with it', async () => {
    const failed = runner.run(async () => {
      await runner.run((session) =>
        probes().updateOne({ name: 'counter' }, { $inc: { count: 1 } }, { session }),
      );
      throw new Error('the outer one fails');
    });
    await expect(failed).rejects.toThrow('the outer one fails');
    expect(await count()).toBe(0);
  });

  it('has tasks for after its commit run once, though it ran several times, and not when it fails', async () => {
    const told: string[] = [];
    let attempts = 0;
    await runner.run(async (session) => {
      attempts += 1;
      runner.afterCommit(() => told.push(`attempt ${attempts}`));
      await probes().findOne({ name: 'counter' }, { session });
      // Somebody else changes what this one read and will write.
      if (attempts === 1) await probes().updateOne({ name: 'counter' }, { $inc: { count: 1 } });
      await probes().updateOne({ name: 'counter' }, { $inc: { count: 1 } }, { session });
      expect(told).toEqual([]);
    });
    expect(attempts).toBeGreaterThan(1);
    expect(told).toEqual([`attempt ${attempts}`]);
    expect(await count()).toBe(2);
    await runner
      .run(async () => {
        runner.afterCommit(() => told.push('never'));
        throw new Error('no commit');
      })
      .catch(() => undefined);
    expect(told).toHaveLength(1);
  });

  it('that finds no end of conflicts gives up after five seconds with 503', async () => {
    const blocker = server.connection.getClient().startSession();
    blocker.startTransaction();
    await probes().updateOne({ name: 'counter' }, { $inc: { count: 1 } }, { session: blocker });
    const start = Date.now();
    let attempts = 0;
    const stuck = runner.run(async (session) => {
      attempts += 1;
      // From the second attempt on it is six seconds later.
      jest.spyOn(Date, 'now').mockReturnValue(start + 6000);
      await probes().updateOne({ name: 'counter' }, { $inc: { count: 1 } }, { session });
    });
    await expect(stuck).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    expect(attempts).toBe(1);
    await blocker.abortTransaction();
    await blocker.endSession();
    jest.restoreAllMocks();
    await runner.run((session) =>
      probes().updateOne({ name: 'counter' }, { $inc: { count: 1 } }, { session }),
    );
    expect(await count()).toBe(1);
  });
});
