import { register } from './actors';
import { startTestApp, type TestApp } from './app';
import { explainAll } from './explain';

describe('Explaining every read', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp({ monitorCommands: true });
    const person = await register(server);
    await person.patch('/users/me', { bio: 'a canary' });
  });

  afterAll(() => server.close());

  const users = () => server.connection.collection('users');

  const joined = (foreignField: string) =>
    users()
      .aggregate([
        { $match: { role: 'user' } },
        { $lookup: { from: 'sessions', localField: '_id', foreignField, as: 'joined' } },
        { $limit: 5 },
      ])
      .toArray();

  const joinedByPipeline = (field: string) =>
    users()
      .aggregate([
        { $match: { role: 'user' } },
        {
          $lookup: {
            from: 'sessions',
            let: { id: '$_id' },
            pipeline: [{ $match: { $expr: { $eq: [`$${field}`, '$$id'] } } }],
            as: 'joined',
          },
        },
      ])
      .toArray();

  it.each<[string, () => Promise<unknown>]>([
    ['find', () => users().find({ bio: 'a canary' }).toArray()],
    ['find without a filter', () => users().find({}).limit(1).toArray()],
    [
      'aggregate',
      () =>
        users()
          .aggregate([{ $match: { bio: 'a canary' } }])
          .toArray(),
    ],
    [
      'aggregate that groups',
      () =>
        users()
          .aggregate([{ $group: { _id: '$bio' } }])
          .toArray(),
    ],
    ['countDocuments', () => users().countDocuments({ bio: 'a canary' })],
    ['distinct', () => users().distinct('displayName', { bio: 'a canary' })],
    [
      '$or with one branch that no index serves',
      () =>
        users()
          .find({ $or: [{ _id: server.connection.id as never }, { bio: 'a canary' }] })
          .toArray(),
    ],
    ['$lookup', () => joined('userAgent')],
    ['$lookup by a pipeline', () => joinedByPipeline('userAgent')],
    [
      '$unionWith',
      () =>
        users()
          .aggregate([
            { $match: { email: 'x' } },
            { $unionWith: { coll: 'sessions', pipeline: [{ $match: { userAgent: 'x' } }] } },
          ])
          .toArray(),
    ],
    [
      'find inside a transaction',
      () =>
        server.connection.transaction(async (session) => {
          await users().find({ bio: 'a canary' }, { session }).toArray();
        }),
    ],
  ])('names a %s that reads the whole collection', async (_, read) => {
    const failure = await explainAll(server, read).catch((error: Error) => error.message);
    expect(failure).toMatch(/^COLLSCAN: .*\n\{"(find|aggregate|distinct)":"users"/);
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'an id',
      () =>
        users()
          .find({ _id: { $exists: true } })
          .limit(1)
          .toArray(),
    ],
    ['an index', () => users().find({ role: 'user' }).sort({ _id: -1 }).toArray()],
    ['an index for the order alone', () => users().find({}).sort({ _id: -1 }).limit(1).toArray()],
    [
      'a collection that is not there',
      () => server.connection.collection('nothing').find({ x: 1 }).toArray(),
    ],
    ['$lookup by an index', () => joined('user')],
    ['$lookup by a pipeline and an index', () => joinedByPipeline('user')],
  ])('passes over %s, and counts it', async (_, read) => {
    expect(await explainAll(server, read)).toBeGreaterThanOrEqual(1);
  });

  it('looks at no read before or after', async () => {
    await users().find({ bio: 'a canary' }).toArray();
    await explainAll(server, () => users().findOne({ role: 'user' }));
    await users().find({ bio: 'a canary' }).toArray();
  });

  it('refuses a server whose driver tells of nothing', async () => {
    const silent = await startTestApp();
    await expect(explainAll(silent, () => Promise.resolve())).rejects.toThrow(/monitorCommands/);
    await silent.close();
  });
});
