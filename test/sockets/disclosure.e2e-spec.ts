import { must, register, type TestActor, verifiedHelper } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { closeSockets, TestSocket } from '../support/sockets';
import { accept, newPlace, north, type Person, raise, step } from './scene';

/** Planted where only some may find them; each is searched for in everything that a socket was sent. */
const NAME = 'Mirabellacanary';
const PHONE = '+4915199988877';
const DESCRIPTION = 'descriptioncanary: third floor';
const CHAT = 'chatcanary';

describe('What sockets disclose', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });

  afterEach(closeSockets);

  afterAll(() => server.close());

  interface Story {
    requester: Person;
    id: string;
    /** Strings that nobody may read who has not been trusted with them. */
    secrets: string[];
    responder: Person;
    alerted: Person;
    decliner: Person;
    leaver: Person;
    stranger: Person;
    /** Acknowledgements of everything that the untrusted tried. */
    answers: { leaver: unknown[]; others: unknown[] };
  }

  const connect = async (actor: TestActor): Promise<Person> => ({
    actor,
    socket: await TestSocket.connect(actor),
  });

  /** One SOS with everything in it, seen by people of every kind, who try every message. */
  async function story(fields: { anonymous?: boolean } = {}): Promise<Story> {
    const place = newPlace();
    const requester = await connect(await register(server, { displayName: NAME, phone: PHONE }));
    const helper = async (displayName: string, meters: number) =>
      connect(await verifiedHelper(server, north(place, meters), { displayName }));
    const [responder, alerted, decliner, leaver, stranger] = await Promise.all([
      helper('Ada', 200),
      helper('Ben', 300),
      helper('Cleo', 400),
      helper('Dora', 500),
      register(server).then(connect),
    ]);
    const { id } = await raise(requester.actor, place, { description: DESCRIPTION, ...fields });
    for (const { socket } of [responder, alerted, decliner, leaver]) {
      await socket.event('emergency.created');
    }
    await accept(responder.actor, id);
    must(await decliner.actor.post(`/emergencies/${id}/responses`, { answer: 'decline' }));
    await accept(leaver.actor, id);
    await step(leaver.actor, id, 'withdrawn');
    await leaver.socket.event('helper.left');
    // From here on, all of it is secret for those who are not in the room.
    const known = leaver.socket.events.length;
    must(await requester.actor.post(`/emergencies/${id}/messages`, { text: CHAT }));
    const there = north(place, 77);
    await requester.socket.ask('location.update', there);
    await responder.socket.event('location.updated');

    const answers: Story['answers'] = { leaver: [], others: [] };
    const of = ({ actor }: Person) => (actor === leaver.actor ? answers.leaver : answers.others);
    for (const person of [alerted, decliner, leaver, stranger]) {
      for (const [message, extra] of [
        ['emergency.join', {}],
        ['emergency.sync', { afterSeq: 0 }],
        ['alert.seen', {}],
        ['message.send', { text: 'let me in', clientId: '1' }],
        ['emergency.leave', {}],
      ] as const) {
        of(person).push(await person.socket.ask(message, { emergencyId: id, ...extra }));
      }
    }
    must(await requester.actor.post(`/emergencies/${id}/resolve`, { notes: 'notescanary' }));
    await alerted.socket.event('emergency.resolved');
    // Once more on a fresh connection: what is sent on connecting, and after the end.
    for (const person of [alerted, decliner, leaver, stranger]) {
      const again = await TestSocket.connect(person.actor);
      of(person).push(await again.ask('emergency.sync', { emergencyId: id, afterSeq: 0 }));
      of(person).push(again.events);
    }
    leaver.socket.events.splice(0, known);
    return {
      requester,
      id,
      secrets: [
        requester.actor.id,
        String(place.latitude),
        String(place.longitude),
        String(there.latitude),
        NAME,
        PHONE,
        requester.actor.email,
        DESCRIPTION,
        CHAT,
        'notescanary',
      ],
      responder,
      alerted,
      decliner,
      leaver,
      stranger,
      answers,
    };
  }

  it('those who were alerted, who declined, who left and strangers find nothing of the requester in any payload or answer', async () => {
    const { secrets, alerted, decliner, leaver, stranger, answers } = await story();
    const all = [alerted, decliner, leaver, stranger].map(({ socket }) => socket.text()).join('\n');
    expect(all).toContain('"precision":"coarse"');
    for (const secret of secrets) expect(all).not.toContain(secret);
    // Somebody who left knows by whom they were called: the timeline up to then tells them again, and no more than that.
    const [called, ...rest] = secrets;
    expect(JSON.stringify(answers.others)).not.toContain(called);
    for (const secret of rest) {
      expect(JSON.stringify(answers.others)).not.toContain(secret);
      expect(JSON.stringify(answers.leaver)).not.toContain(secret);
    }
    expect(stranger.socket.events).toEqual([]);
  });

  it('a helper who is not in the room finds nothing there of other helpers, what they say or where they are', async () => {
    const { responder, alerted, decliner, stranger } = await story();
    for (const { socket } of [alerted, decliner, stranger]) {
      expect(socket.text()).not.toContain(responder.actor.id);
      expect(socket.text()).not.toContain('Ada');
    }
  });

  it('a responder gets the name, the phone and the place of a requester who is not anonymous', async () => {
    const { responder, requester, id } = await story();
    const text = responder.socket.text();
    expect(text).toContain(CHAT);
    expect(text).toContain(NAME);
    const { socket } = responder;
    expect(JSON.stringify(await socket.ask('emergency.join', { emergencyId: id }))).toContain(NAME);
    expect(text).not.toContain(requester.actor.email);
  });

  it('an anonymous requester is named nowhere: not to responders, not in events, chat, positions or answers', async () => {
    const { requester, id, responder, alerted, decliner, leaver, stranger, answers } = await story({
      anonymous: true,
    });
    const joined = await responder.socket.ask('emergency.join', { emergencyId: id, afterSeq: 0 });
    const synced = await responder.socket.ask('emergency.sync', { emergencyId: id, afterSeq: 0 });
    const { text: chat } = await responder.actor.get(`/emergencies/${id}/messages`);
    const seen = [responder, alerted, decliner, leaver, stranger]
      .map(({ socket }) => socket.text())
      .concat(JSON.stringify([joined, synced, answers]), chat)
      .join('\n');
    expect(seen).toContain(CHAT);
    for (const name of [NAME, PHONE, requester.actor.email, requester.actor.id]) {
      expect(seen).not.toContain(name);
    }
    const session = requester.socket.socket.id ?? 'none';
    expect(seen).not.toContain(session);
  });

  it('nothing that goes over a socket holds an e-mail, a password hash or a token', async () => {
    const { requester, responder, alerted } = await story();
    for (const { socket } of [requester, responder, alerted]) {
      expect(socket.text()).not.toMatch(/@example\.org|passwordHash|\$2b\$|eyJ[\w-]+\./);
    }
  });
});
