import { DomainError } from '../../src/common/errors/domain-error';
import { UserLifecycle } from '../../src/modules/users/user-lifecycle';
import { startTestApp, type TestApp } from '../support/app';
import { must, register, type TestActor } from '../support/actors';

interface Contact {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
}

interface List<T> {
  items: T[];
  nextCursor: string | null;
}

describe('Emergency contacts', () => {
  let app: TestApp;
  let sam: TestActor;

  beforeAll(async () => {
    app = await startTestApp();
  });
  beforeEach(async () => {
    sam = await register(app);
  });
  afterAll(() => app.close());

  const list = async () => must(await sam.get<List<Contact>>('/users/me/contacts')).data;

  it('are added, listed and removed', async () => {
    const fields = { name: 'Ada', email: 'Ada@Example.org', phone: '+4930123457' };
    const added = await sam.post<Contact>('/users/me/contacts', fields);
    expect(added.status).toBe(201);
    expect(added.data).toEqual({ ...fields, email: 'ada@example.org', id: expect.any(String) });
    expect(await list()).toEqual({ items: [added.data], nextCursor: null });
    expect((await sam.delete(`/users/me/contacts/${added.data.id}`)).status).toBe(200);
    expect((await list()).items).toEqual([]);
    expect((await sam.delete(`/users/me/contacts/${added.data.id}`)).status).toBe(404);
  });

  it('are ten at most, even of thirty at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        sam.post('/users/me/contacts', { name: `Contact ${index}`, phone: '+4930123457' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ status, error }) => `${status} ${error?.code}`))).toEqual(
      new Set(['409 CONFLICT']),
    );
    expect((await list()).items).toHaveLength(10);
  });

  it.each([
    [{ name: 'Nobody can reach me' }],
    [{ phone: '+4930123457' }],
    [{ name: '', phone: '+4930123457' }],
    [{ name: 'Ada', phone: '12' }],
    [{ name: 'Ada', email: 'ada' }],
  ])('refuse %j', async (contact) => {
    expect((await sam.post('/users/me/contacts', contact)).status).toBe(400);
  });

  it('belong to their owner: nobody else removes them', async () => {
    const { data } = await sam.post<Contact>('/users/me/contacts', {
      name: 'Ada',
      phone: '+4930123457',
    });
    const stranger = await register(app);
    expect((await stranger.delete(`/users/me/contacts/${data.id}`)).status).toBe(404);
    expect((await list()).items).toHaveLength(1);
  });
});

describe('Blocks', () => {
  let app: TestApp;
  let sam: TestActor;
  let ada: TestActor;

  beforeAll(async () => {
    app = await startTestApp();
  });
  beforeEach(async () => {
    sam = await register(app);
    ada = await register(app, { displayName: 'Ada' });
  });
  afterAll(() => app.close());

  const list = async () =>
    must(await sam.get<List<{ id: string; displayName: string }>>('/users/me/blocks')).data.items;

  it('can be set and ended again and again', async () => {
    for (const _ of [1, 2]) expect((await sam.put(`/users/me/blocks/${ada.id}`)).status).toBe(200);
    expect(await list()).toEqual([{ id: ada.id, displayName: 'Ada' }]);
    for (const _ of [1, 2]) {
      expect((await sam.delete(`/users/me/blocks/${ada.id}`)).status).toBe(200);
    }
    expect(await list()).toEqual([]);
  });

  it('are of others who exist', async () => {
    expect((await sam.put(`/users/me/blocks/${sam.id}`)).status).toBe(400);
    expect((await sam.put('/users/me/blocks/0123456789abcdef01234567')).status).toBe(404);
    expect((await sam.put('/users/me/blocks/nobody')).status).toBe(400);
    must(await ada.delete('/users/me', { password: ada.password }));
    expect((await sam.put(`/users/me/blocks/${ada.id}`)).status).toBe(404);
  });

  it('do not show to the one who is blocked', async () => {
    must(await sam.put(`/users/me/blocks/${ada.id}`));
    expect((await ada.get<List<unknown>>('/users/me/blocks')).data.items).toEqual([]);
  });

  it('commit with their consequences or not at all', async () => {
    const heard: string[] = [];
    let fail = true;
    app.get(UserLifecycle).register({
      onBlocked: async (blocker, blocked) => {
        // Blocks of the tests before are still looked at again, for seconds.
        if (!blocker.equals(sam.objectId)) return;
        if (fail) throw new DomainError('CONFLICT', 'A consequence failed.');
        heard.push(`${blocker.toHexString()} ${blocked.toHexString()}`);
      },
    });
    expect((await sam.put(`/users/me/blocks/${ada.id}`)).status).toBe(409);
    expect(await list()).toEqual([]);
    fail = false;
    expect((await sam.put(`/users/me/blocks/${ada.id}`)).status).toBe(200);
    // In its own transaction, and once more after it, for what committed meanwhile.
    expect(heard).toEqual([`${sam.id} ${ada.id}`, `${sam.id} ${ada.id}`]);
  });
});
