import { Types } from 'mongoose';
import { ONE_LIVE_INDEX } from '../../src/modules/emergencies/schemas/emergency.schema';
import { must, register } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { eventually } from '../support/eventually';

describe('A transaction that a killed node left open', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  it('holds the place of an SOS for seconds: then it is raised', async () => {
    const requester = await register(server);
    // What such a node leaves behind: the place in the unique index taken, and nobody who commits or aborts.
    const orphan = server.connection.getClient().startSession();
    orphan.startTransaction();
    await server.connection
      .collection('emergencies')
      .insertOne(
        { _id: new Types.ObjectId(), requester: requester.objectId, live: true },
        { session: orphan },
      );
    const began = Date.now();
    const raised = await eventually(
      async () => must(await requester.post('/emergencies', { type: 'medical' })),
      30_000,
    );
    expect(raised.status).toBe(201);
    expect(Date.now() - began).toBeLessThan(20_000);
    await orphan.endSession().catch(() => undefined);
    const live = await server.connection
      .collection('emergencies')
      .find({ requester: requester.objectId, live: true })
      .hint(ONE_LIVE_INDEX)
      .toArray();
    expect(live).toHaveLength(1);
  }, 60_000);
});
