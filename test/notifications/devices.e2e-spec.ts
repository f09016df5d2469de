import { call, must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { TestSubscription } from '../support/push';
import { together } from '../support/race';

interface Listed {
  items: { id: string; endpoint: string; name: string | null; current: boolean }[];
}

describe('Devices', () => {
  let server: TestApp;
  let made = 0;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  const subscription = () => {
    made += 1;
    return new TestSubscription(`https://push.example.org/send/${made}`).toJSON();
  };
  const add = (person: TestActor, body: object = subscription()) =>
    person.post<{ id: string }>('/users/me/devices', body);
  const listed = async (person: TestActor) =>
    must(await person.get<Listed>('/users/me/devices')).data.items;

  it('are listed newest first, without their keys, and removed by id or by endpoint', async () => {
    const person = await register(server);
    const [first, second] = [subscription(), subscription()];
    must(await add(person, { ...first, name: 'Phone', expirationTime: null }));
    const { id } = must(await add(person, second)).data;
    const answer = must(await person.get<Listed>('/users/me/devices'));
    expect(
      answer.data.items.map(({ endpoint, name, current }) => [endpoint, name, current]),
    ).toEqual([
      [second.endpoint, null, true],
      [first.endpoint, 'Phone', true],
    ]);
    expect(answer.text).not.toContain(first.keys.auth);
    must(await person.delete(`/users/me/devices/${id}`));
    must(await person.delete('/users/me/devices', { endpoint: first.endpoint }));
    expect(await listed(person)).toEqual([]);
    expect((await person.delete('/users/me/devices', { endpoint: first.endpoint })).status).toBe(
      404,
    );
  });

  it('belong to whoever registered them last, one for each endpoint, also at once', async () => {
    const [one, other] = [await register(server), await register(server)];
    for (let round = 0; round < 10; round += 1) {
      const body = subscription();
      const answers = await together(
        round,
        () => add(one, body),
        () => add(other, body),
      );
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      const holders = await Promise.all([one, other].map(listed));
      const having = holders.flat().filter(({ endpoint }) => endpoint === body.endpoint);
      expect(having).toHaveLength(1);
    }
    const body = subscription();
    const { id } = must(await add(one, body)).data;
    must(await add(other, body));
    expect((await listed(one)).map((device) => device.endpoint)).not.toContain(body.endpoint);
    expect((await one.delete(`/users/me/devices/${id}`)).status).toBe(404);
  });

  it('are ten at most; the oldest goes', async () => {
    const person = await register(server);
    const bodies = Array.from({ length: 12 }, subscription);
    for (const body of bodies) must(await add(person, body));
    expect((await listed(person)).map(({ endpoint }) => endpoint)).toEqual(
      bodies
        .slice(2)
        .map(({ endpoint }) => endpoint)
        .toReversed(),
    );
  });

  it('go with the log-in that registered them, whichever way it ends', async () => {
    const person = await register(server);
    const [phone, laptop, stolen] = [
      await person.logIn(),
      await person.logIn(),
      await person.logIn(),
    ];
    for (const one of [person, phone, laptop, stolen]) must(await add(one));
    must(await phone.post('/auth/logout'));
    expect(await listed(person)).toHaveLength(3);
    const sessions = must(
      await laptop.get<{ items: { id: string; current: boolean }[] }>('/auth/sessions'),
    ).data.items;
    const own = sessions.find(({ current }) => current)?.id ?? '';
    must(await person.delete(`/auth/sessions/${own}`));
    expect(await listed(person)).toHaveLength(2);
    must(
      await person.post('/auth/password', {
        currentPassword: person.password,
        newPassword: 'another horse battery',
      }),
    );
    expect((await listed(person)).map(({ current }) => current)).toEqual([true]);
  });

  it('go with a log-in that ends because its refresh token was stolen', async () => {
    const person = await register(server);
    const phone = await person.logIn();
    must(await add(phone));
    const refresh = (refreshToken: string) =>
      call<{ refreshToken: string }>(server, 'POST', '/auth/refresh', {
        refreshToken,
        tokenDelivery: 'body',
      });
    const { data } = must(await refresh(phone.refreshToken));
    must(await refresh(data.refreshToken));
    expect((await refresh(phone.refreshToken)).error?.code).toBe('REFRESH_TOKEN_REUSED');
    expect(await listed(person)).toEqual([]);
  });

  it('are not left behind that were being registered while the account was erased', async () => {
    for (let round = 0; round < 10; round += 1) {
      const person = await register(server);
      const insist = async (): Promise<void> => {
        // Until it is refused, for there is nobody any more.
        while ((await add(person)).status === 201);
      };
      await Promise.all([
        person.delete('/users/me', { password: person.password }).then(must),
        ...Array.from({ length: 6 }, insist),
      ]);
      const left = { user: person.objectId };
      expect(await server.connection.collection('devices').countDocuments(left)).toBe(0);
    }
  });

  it('go with the account', async () => {
    const person = await register(server);
    must(await add(person));
    must(await person.delete('/users/me', { password: person.password }));
    const left = await server.connection
      .collection('devices')
      .countDocuments({ user: person.objectId });
    expect(left).toBe(0);
  });

  it.each([
    ['no keys', { keys: undefined }],
    [
      'a key that is no point of the curve',
      { keys: { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) } },
    ],
    ['a short secret', { keys: { ...subscriptionKeys(), auth: 'AAAA' } }],
    ['http', { endpoint: 'http://push.example.org/x' }],
    ['an address on this machine', { endpoint: 'https://127.0.0.1/x' }],
    ['an address in a private network', { endpoint: 'https://192.168.0.1/x' }],
    ['a cloud’s own address', { endpoint: 'http://169.254.169.254/latest' }],
    ['an operator', { endpoint: { $ne: '' } }],
    ['an unknown field', { admin: true }],
  ])('are refused with %s', async (_, change) => {
    const person = await register(server);
    const answer = await add(person, { ...subscription(), ...change });
    expect([answer.status, answer.error?.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(await listed(person)).toEqual([]);
  });

  it('tell no key to subscribe with where this server has none', async () => {
    const person = await register(server);
    expect(must(await person.get('/users/me/devices/key')).data).toEqual({ publicKey: null });
  });
});

function subscriptionKeys() {
  return new TestSubscription('https://push.example.org/x').toJSON().keys;
}

describe('What is due after an SOS', () => {
  it('is found by an index', async () => {
    const server = await startTestApp();
    const emergencies = server.connection.collection('emergencies');
    for (const [field, index] of [
      ['escalateAt', 'emergency_escalation_due'],
      ['contactsAt', 'emergency_contacts_due'],
    ] as const) {
      const plan = await emergencies
        .find({ [field]: { $lte: new Date() } })
        .sort({ [field]: 1 })
        .limit(100)
        .explain('queryPlanner');
      expect(JSON.stringify(plan)).toContain(`"indexName":"${index}"`);
    }
    await server.close();
  });
});
