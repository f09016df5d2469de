import { coarseCell } from '../../src/common/geo/coarse-cell';
import type { Place } from '../../src/common/geo/geo';
import { type Answer, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  accept,
  go,
  helpersAt,
  ledger,
  raise,
  resolve,
  sendAway,
  step,
} from '../support/emergencies';

/** Planted where it must not come out; each is found nowhere else. */
interface Canaries {
  place: Place;
  name: string;
  email: string;
  phone: string;
  id: string;
  description: string;
  message: string;
}

interface Story {
  id: string;
  requester: TestActor;
  helpers: TestActor[];
  canaries: Canaries;
}

type Kind = 'exact' | 'coarse' | 'name' | 'contact' | 'description' | 'message';

let server: TestApp;
let moderator: TestActor;
let stories = 0;

beforeAll(async () => {
  server = await startTestApp();
  moderator = await staff(server, 'moderator');
});
afterAll(() => server.close());

/** A live SOS with two helpers alerted; the first has come and written, so there is something to give away. */
async function story(anonymous: boolean): Promise<Story> {
  stories += 1;
  // Well off the centre of its cell in both directions, so that one cannot be taken for the other.
  const cell = coarseCell({ latitude: 41.7 + stories, longitude: -87.5 - stories });
  const place = { latitude: cell.latitude + 0.00123, longitude: cell.longitude + 0.00123 };
  const name = `Canary Name ${stories}`;
  const phone = `+1555010${1000 + stories}`;
  const requester = await register(server, { displayName: name, phone });
  const helpers = await helpersAt(server, place, 3);
  const description = `canary description ${stories}`;
  const { id } = must(await raise(requester, { location: place, anonymous, description })).data;
  const first = helpers[0];
  must(await accept(first, id));
  const message = `canary message ${stories}`;
  must(await requester.post(`/emergencies/${id}/messages`, { text: message }));
  return {
    id,
    requester,
    helpers,
    canaries: {
      place,
      name,
      phone,
      email: requester.email,
      id: requester.id,
      description,
      message,
    },
  };
}

/** Every way to ask about an emergency that changes nothing. */
async function everything(actor: TestActor, id: string): Promise<Answer<unknown>[]> {
  return [
    await actor.get(`/emergencies/${id}`),
    await actor.get(`/emergencies/${id}/events?limit=100`),
    await actor.get(`/emergencies/${id}/alerts`),
    await actor.get(`/emergencies/${id}/messages?limit=100`),
    await actor.get('/emergencies?limit=100'),
    await actor.get('/emergencies/alerts?limit=100'),
    await actor.get('/emergencies/active'),
  ];
}

/** Which of the planted things appear anywhere in these answers. */
function found(answers: Answer<unknown>[], { place, ...canaries }: Canaries): Set<Kind> {
  const text = answers.map((answer) => answer.text).join('\n');
  const cell = coarseCell(place);
  const has = (...values: (string | number)[]) =>
    values.some((value) => text.includes(String(value)));
  const kinds: [Kind, boolean][] = [
    // The first five decimals: a rounded place would be as bad.
    ['exact', has(place.latitude.toFixed(4), Math.abs(place.longitude).toFixed(4))],
    ['coarse', has(cell.latitude, cell.longitude)],
    ['name', has(canaries.name, canaries.id)],
    ['contact', has(canaries.phone, canaries.email)],
    ['description', has(canaries.description)],
    ['message', has(canaries.message)],
  ];
  return new Set(kinds.filter(([, is]) => is).map(([kind]) => kind));
}

const shown = async (actor: TestActor, { id, canaries }: Story): Promise<Kind[]> =>
  [...found(await everything(actor, id), canaries)].toSorted();

describe.each([false, true])('Of an SOS (anonymous: %s)', (anonymous) => {
  /** What participants see that hangs on anonymity. */
  const named: Kind[] = anonymous ? [] : ['name'];
  const contact: Kind[] = anonymous ? [] : ['contact'];
  const sorted = (...kinds: Kind[]): Kind[] => kinds.toSorted();

  it('a stranger learns nothing, not even that it exists', async () => {
    const the = await story(anonymous);
    const stranger = await register(server);
    const nowhere = '6561f0a4c2b6a1d2e3f40516';
    expect(await shown(stranger, the)).toEqual([]);
    const path = `/emergencies/${the.id}`;
    const attempts: [string, Promise<Answer<unknown>>, Promise<Answer<unknown>>][] = [];
    const attempt = (
      method: 'get' | 'post' | 'put' | 'patch' | 'delete',
      rest: string,
      body?: object,
    ): void => {
      attempts.push([
        `${method} ${rest}`,
        method === 'get' ? stranger.get(path + rest) : stranger[method](path + rest, body),
        method === 'get'
          ? stranger.get(`/emergencies/${nowhere}${rest}`)
          : stranger[method](`/emergencies/${nowhere}${rest}`, body),
      ]);
    };
    attempt('get', '');
    attempt('get', '/events');
    attempt('get', '/alerts');
    attempt('get', '/messages');
    attempt('post', '/messages', { text: 'Hello' });
    attempt('post', '/responses', { answer: 'accept' });
    attempt('post', '/responses', { answer: 'decline' });
    attempt('patch', '/responses/me', { status: 'on_way' });
    attempt('patch', '/responses/me', { status: 'withdrawn' });
    attempt('delete', `/responses/${the.helpers[0].id}`);
    attempt('put', '/location', { latitude: 1, longitude: 1 });
    attempt('post', '/resolve', {});
    attempt('post', '/cancel', {});
    attempt('post', '/objection');
    for (const [route, real, missing] of attempts) {
      const [one, other] = [await real, await missing];
      expect([route, one.status]).toEqual([route, 404]);
      expect(one.text).toBe(other.text);
    }
  });

  it('an alerted helper sees the coarse cell alone, a declined one too', async () => {
    const the = await story(anonymous);
    const alerted = the.helpers[1];
    expect(await shown(alerted, the)).toEqual(['coarse']);
    must(await alerted.post(`/emergencies/${the.id}/responses`, { answer: 'decline' }));
    expect(await shown(alerted, the)).toEqual(['coarse']);
  });

  it('who accepted sees the exact place, the description and the chat, and who it is unless anonymous', async () => {
    const the = await story(anonymous);
    const responder = the.helpers[0];
    const all = sorted('exact', 'description', 'message', ...named, ...contact);
    expect(await shown(responder, the)).toEqual(all);
    const answers = await everything(responder, the.id);
    expect(answers.map(({ text }) => text).join()).not.toContain(the.canaries.email);
  });

  it('who withdrew is back to the coarse cell', async () => {
    const the = await story(anonymous);
    const helper = the.helpers[0];
    const answer = must(await step(helper, the.id, 'withdrawn'));
    expect([...found([answer], the.canaries)]).toEqual(['coarse']);
    // The event of the requester's raising, which they saw before, names nobody either.
    expect((await shown(helper, the)).filter((kind) => kind !== 'name')).toEqual(['coarse']);
    expect([...found([await helper.get(`/emergencies/${the.id}`)], the.canaries)]).toEqual([
      'coarse',
    ]);
  });

  it('who was sent away sees nothing but the timeline up to then', async () => {
    const the = await story(anonymous);
    const helper = the.helpers[0];
    must(await sendAway(the.requester, the.id, helper));
    must(await the.requester.put(`/emergencies/${the.id}/location`, the.canaries.place));
    expect((await shown(helper, the)).filter((kind) => kind !== 'name')).toEqual([]);
    const events = must(
      await helper.get<{ items: { type: string }[] }>(`/emergencies/${the.id}/events`),
    );
    expect(events.data.items.at(-1)?.type).toBe('helper.left');
    for (const rest of ['', '/alerts', '/messages']) {
      expect((await helper.get(`/emergencies/${the.id}${rest}`)).status).toBe(404);
    }
  });

  it('a moderator sees everything but the chat', async () => {
    const the = await story(anonymous);
    const seen = await shown(moderator, the);
    expect(seen).toEqual(sorted('exact', 'description', 'name', 'contact'));
  });

  it('after the end a responder has the coarse cell and no phone, an alerted helper type and status alone', async () => {
    const the = await story(anonymous);
    const [responder, alerted, declined] = the.helpers;
    must(await declined.post(`/emergencies/${the.id}/responses`, { answer: 'decline' }));
    must(await resolve(the.requester, the.id));
    expect(await shown(responder, the)).toEqual(
      sorted('coarse', 'description', 'message', ...named),
    );
    for (const helper of [alerted, declined]) {
      expect(await shown(helper, the)).toEqual([]);
      const { data } = await helper.get(`/emergencies/${the.id}`);
      const says = Object.entries(data).filter(
        ([, value]) =>
          value !== null && value !== false && value !== 0 && JSON.stringify(value) !== '[]',
      );
      expect(Object.fromEntries(says)).toMatchObject({
        id: the.id,
        type: 'medical',
        status: 'resolved',
      });
      expect(says.map(([key]) => key).toSorted()).toEqual(
        ['id', 'status', 'type', 'viewer', ...(anonymous ? ['anonymous'] : [])].toSorted(),
      );
    }
  });

  it('the requester’s ledger names no helper who has not accepted', async () => {
    const the = await story(anonymous);
    const { text } = await ledger(the.requester, the.id);
    const [accepted, ...others] = the.helpers;
    expect(text).toContain(accepted.id);
    for (const helper of others) expect(text).not.toContain(helper.id);
  });

  it('the events on disk hold ids and coarse cells, never names, texts or exact places', async () => {
    const the = await story(anonymous);
    await go(the.helpers[1], the.id, 'on_way');
    must(await resolve(the.requester, the.id));
    const events = await server.connection
      .collection('events')
      .find({ subject: new server.connection.base.Types.ObjectId(the.id) })
      .toArray();
    const text = JSON.stringify(events);
    const { place, name, email, phone, description, message } = the.canaries;
    for (const canary of [name, email, phone, description, message])
      expect(text).not.toContain(canary);
    expect(text).not.toContain(place.latitude.toFixed(4));
    expect(text).not.toContain(Math.abs(place.longitude).toFixed(4));
  });
});

it('An anonymous requester is {role: "requester", id: null} in timeline and chat, for themselves too', async () => {
  const the = await story(true);
  for (const actor of [the.helpers[0], the.requester]) {
    const events = must(
      await actor.get<{ items: { actor: object }[] }>(`/emergencies/${the.id}/events`),
    );
    expect(events.data.items[0]?.actor).toEqual({ role: 'requester', id: null });
    const messages = must(
      await actor.get<{ items: { sender: object }[] }>(`/emergencies/${the.id}/messages`),
    );
    expect(messages.data.items[0]?.sender).toEqual({
      role: 'requester',
      id: null,
      displayName: null,
    });
  }
  const seen = must(
    await moderator.get<{ items: { actor: object }[] }>(`/emergencies/${the.id}/events`),
  );
  expect(seen.data.items[0]?.actor).toEqual({ role: 'requester', id: the.requester.id });
});
