import { Types } from 'mongoose';
import { DAY, HOUR, SECOND } from '../../src/common/time/clock';
import { TrackingService } from '../../src/modules/tracking/tracking.service';
import { type Json, must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { plantToken } from '../support/canaries/canary-watch';

const PLACE = { latitude: 52.520317, longitude: 13.404261 };
const HTML = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';

interface Followed {
  requester: TestActor;
  emergency: string;
  contact: string;
  url: string;
}

describe('Tracking', () => {
  let server: TestApp;
  let ahead = 0;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());
  afterEach(() => travel(-ahead));

  function travel(milliseconds: number): void {
    ahead += milliseconds;
    server.clock.advance(milliseconds);
  }

  async function followed(sos: Json = {}, displayName = 'Mira Kovač'): Promise<Followed> {
    const requester = await register(server, { displayName });
    const contact = must(
      await requester.post<{ id: string }>('/users/me/contacts', {
        name: 'Ada',
        email: 'ada@example.org',
      }),
    ).data.id;
    const { data } = must(
      await requester.post<{ id: string; createdAt: string }>('/emergencies', {
        type: 'medical',
        location: PLACE,
        ...sos,
      }),
    );
    const link = server
      .get(TrackingService)
      .link(new Types.ObjectId(data.id), new Date(data.createdAt), new Types.ObjectId(contact));
    const { pathname } = new URL(link);
    // In no log, and in no other answer.
    plantToken(pathname.slice('/track/'.length));
    return { requester, emergency: data.id, contact, url: `${server.url}${pathname}` };
  }

  const look = async (url: string, accept = 'application/json') => {
    const response = await fetch(url, { headers: { accept } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  };
  const see = async (url: string): Promise<Json> => {
    const { status, text } = await look(url);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return (JSON.parse(text) as { data: Json }).data;
  };

  it('shows status, name and position in JSON, and nothing else of the person', async () => {
    const { url, requester } = await followed({ description: 'Third floor, door on the left' });
    expect(await see(url)).toEqual({
      status: 'active',
      displayName: 'Mira Kovač',
      silent: false,
      locationShared: true,
      location: { ...PLACE, accuracyMeters: null, updatedAt: expect.any(String) },
      startedAt: expect.any(String),
    });
    const { text } = await look(url, HTML);
    for (const secret of [requester.id, requester.email, 'Third floor', 'medical']) {
      expect(text).not.toContain(secret);
    }
  });

  it('follows the position, and hides it at once when it is not shared any more', async () => {
    const { url, requester, emergency } = await followed();
    const moved = { latitude: 52.521, longitude: 13.405 };
    must(await requester.put(`/emergencies/${emergency}/location`, moved));
    expect(await see(url)).toMatchObject({ location: moved });

    must(await requester.patch('/users/me', { shareLocationWithContacts: false }));
    expect(await see(url)).toMatchObject({
      status: 'active',
      locationShared: false,
      location: null,
    });
    expect((await look(url, HTML)).text).not.toContain('52.52');

    must(await requester.patch('/users/me', { shareLocationWithContacts: true }));
    expect(await see(url)).toMatchObject({ location: moved });
  });

  it('names nobody in an anonymous SOS', async () => {
    const { url } = await followed({ anonymous: true });
    expect(await see(url)).toMatchObject({ displayName: null, locationShared: true });
    expect((await look(url, HTML)).text).not.toContain('Kova');
  });

  it('shows the status alone after the end, and nothing six hours later', async () => {
    const { url, requester, emergency } = await followed();
    must(await requester.post(`/emergencies/${emergency}/resolve`, { outcome: 'helped' }));
    expect(await see(url)).toEqual({
      status: 'resolved',
      displayName: null,
      silent: null,
      locationShared: null,
      location: null,
      startedAt: null,
    });
    const page = (await look(url, HTML)).text;
    expect(page).toContain('It is over');
    expect(page).not.toMatch(/Kova|52\.5|13\.4/);

    travel(6 * HOUR - 30 * SECOND);
    expect(await see(url)).toMatchObject({ status: 'resolved' });
    travel(31 * SECOND);
    expect((await look(url)).status).toBe(404);
  });

  describe('is a page', () => {
    it('that reads well without scripts or anything from elsewhere', async () => {
      const { url } = await followed({}, '<script>alert("x")</script>&');
      const { text, headers } = await look(url, HTML);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(text).toMatch(/<title>[^<]+<\/title>/);
      expect(text).toMatch(/<meta name="viewport"/);
      expect(text.match(/<h1>/g)).toHaveLength(1);
      expect(text).toMatch(/<main>[\s\S]+<\/main>/);
      expect(text).toContain('52.520317');
      expect(text).toContain('<a href="">Load this page again</a>');
      // What people choose is text.
      expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;');
      expect(text).not.toMatch(/<script|\ssrc=|<link|<img|<iframe|<form|http-equiv|\son\w+=/i);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    });

    it('whose one style is the one that its policy lets through', async () => {
      const { url } = await followed();
      const { text, headers } = await look(url, HTML);
      const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? [];
      const digest = await crypto.subtle.digest('SHA-256', Buffer.from(style));
      expect(headers.get('content-security-policy')).toContain(
        `style-src 'sha256-${Buffer.from(digest).toString('base64')}'`,
      );
      expect(text).not.toContain('style=');
    });

    it('that says not to ring up whoever called for help in silence', async () => {
      const loud = (await look((await followed()).url, HTML)).text;
      const silent = (await look((await followed({ silent: true })).url, HTML)).text;
      expect(loud).not.toContain('Do not ring');
      expect(silent).toContain('Do not ring');
    });

    it.each([HTML, 'application/json', '*/*'])(
      'that nobody keeps, finds by a search, or is told of by a link on it: %s',
      async (accept) => {
        const { url } = await followed();
        for (const one of [url, `${url}x`]) {
          const { headers } = await look(one, accept);
          expect(headers.get('cache-control')).toBe('no-store');
          expect(headers.get('referrer-policy')).toBe('no-referrer');
          expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
        }
      },
    );
  });

  describe('has an end', () => {
    const dead = async (url: string) => {
      const { status, text } = await look(url);
      expect([status, JSON.parse(text)]).toEqual([
        404,
        { success: false, error: { code: 'NOT_FOUND', message: 'This link was not found.' } },
      ]);
      const page = await look(url, HTML);
      expect([page.status, page.headers.get('content-type')]).toEqual([
        404,
        'text/html; charset=utf-8',
      ]);
      expect(page.text).toContain('This link does not work');
    };

    it('for a token that is made up, cut, or made for something else', async () => {
      const { url, emergency, contact } = await followed();
      await see(url);
      const token = url.slice(url.lastIndexOf('/') + 1);
      const [id = '', whose = '', expiry = '', signature = ''] = token.split('.');
      const later = (Number.parseInt(expiry, 36) + DAY).toString(36);
      const other = new Types.ObjectId().toHexString();
      for (const made of [
        'x',
        token.slice(0, -1),
        `${token}a`,
        `${id}.${whose}.${later}.${signature}`,
        `${other}.${whose}.${expiry}.${signature}`,
        `${id}.${other}.${expiry}.${signature}`,
        `${emergency}.${contact}.${expiry}.${'A'.repeat(43)}`,
        '%00',
        '..%2f..%2fetc',
      ]) {
        await dead(`${server.url}/track/${made}`);
      }
      await see(url);
    });

    it('three days after the SOS, however long that lasts', async () => {
      const { url, emergency } = await followed();
      await server.connection
        .collection('emergencies')
        .updateOne(
          { _id: new Types.ObjectId(emergency) },
          { $set: { expiresAt: new Date(Date.now() + 9 * DAY) } },
        );
      travel(3 * DAY - 30 * SECOND);
      await see(url);
      travel(31 * SECOND);
      await dead(url);
    });

    it('for a contact who was removed, and for that one alone', async () => {
      const { url, requester, contact, emergency } = await followed();
      const other = must(
        await requester.post<{ id: string }>('/users/me/contacts', {
          name: 'Kim',
          email: 'kim@example.org',
        }),
      ).data.id;
      must(await requester.delete(`/users/me/contacts/${contact}`));
      await dead(url);
      const { createdAt } = must(
        await requester.get<{ createdAt: string }>(`/emergencies/${emergency}`),
      ).data;
      const link = server
        .get(TrackingService)
        .link(new Types.ObjectId(emergency), new Date(createdAt), new Types.ObjectId(other));
      await see(`${server.url}${new URL(link).pathname}`);
    });

    it('when the account is erased', async () => {
      const { url, requester, emergency } = await followed();
      must(await requester.post(`/emergencies/${emergency}/cancel`, {}));
      await see(url);
      must(await requester.delete('/users/me', { password: requester.password }));
      await dead(url);
    });
  });
});

describe('Tracking links', () => {
  it('live through an exchange of the secret, and die when it is over', async () => {
    const database = `test_track_${new Types.ObjectId().toHexString()}`;
    const before = await startTestApp({ database });
    const requester = await register(before);
    const { data: contact } = must(
      await requester.post<{ id: string }>('/users/me/contacts', {
        name: 'Ada',
        phone: '+4930999',
      }),
    );
    const { data } = must(
      await requester.post<{ id: string; createdAt: string }>('/emergencies', { type: 'other' }),
    );
    const { pathname } = new URL(
      before
        .get(TrackingService)
        .link(
          new Types.ObjectId(data.id),
          new Date(data.createdAt),
          new Types.ObjectId(contact.id),
        ),
    );
    const old = process.env.JWT_SECRET ?? '';
    const fresh = 'Qw8Er5Ty2Ui9Op3As6Df1Gh4Jk7Zx0Cv';
    const looks: number[] = [];
    for (const env of [
      { JWT_SECRET: fresh, JWT_SECRET_ALSO_ACCEPTED: old },
      { JWT_SECRET: fresh, JWT_SECRET_ALSO_ACCEPTED: '' },
    ]) {
      const node = await startTestApp({ database, env });
      looks.push((await fetch(`${node.url}${pathname}`)).status);
      await node.close();
    }
    expect(looks).toEqual([200, 404]);
    await before.connection.dropDatabase();
    await before.close();
  });

  it('are looked up sixty times a minute from one address', async () => {
    const server = await startTestApp({ env: { RATE_LIMITS: 'on' } });
    const statuses: number[] = [];
    for (let look = 0; look < 62; look += 1) {
      statuses.push((await fetch(`${server.url}/track/nonsense`)).status);
    }
    expect(statuses.filter((status) => status === 404)).toHaveLength(60);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    await server.close();
  });
});
