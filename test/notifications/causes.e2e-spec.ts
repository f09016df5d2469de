import { HOUR } from '../../src/common/time/clock';
import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { openBusiness } from '../support/businesses';
import { inboxOf } from '../support/notifications';
import { found, handOver, join, joinRequests, remove } from '../support/organizations';
import { act, book, offer, pass, review, times } from '../support/skills';

describe('What tells people something', () => {
  let server: TestApp;
  let ada: TestActor;
  let ben: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
  });

  beforeEach(async () => {
    ada = await register(server, { displayName: 'Ada A.' });
    ben = await register(server, { displayName: 'Ben B.' });
  });

  afterAll(() => server.close());

  /** Kinds, oldest first. */
  const told = async (actor: TestActor): Promise<string[]> =>
    (await inboxOf(actor)).map(({ kind }) => kind).toReversed();
  const said = async (actor: TestActor): Promise<string> =>
    (await inboxOf(actor)).map(({ body }) => body).join('\n');

  it('is each step of a booking, to the other side', async () => {
    const { id: skill } = await offer(ada);
    const first = must(await book(ben, skill, times(server, 24))).data.id;
    const second = must(await book(ben, skill, times(server, 48))).data.id;
    must(await act(ada, first, 'accept'));
    must(await act(ada, second, 'decline'));
    expect(await told(ada)).toEqual(['booking.requested', 'booking.requested']);
    expect(await said(ada)).toContain('Ben B. asks for a booking');
    expect(await told(ben)).toEqual(['booking.accepted', 'booking.declined']);
    must(await act(ben, first, 'cancel'));
    expect((await told(ada)).at(-1)).toBe('booking.cancelled');

    const third = must(await book(ben, skill, times(server, 24))).data.id;
    must(await act(ada, third, 'accept'));
    await pass(server, 26 * HOUR, ada, ben);
    must(await act(ben, third, 'complete'));
    must(await review(ben, third, 5));
    expect((await told(ada)).slice(-2)).toEqual(['booking.completed', 'booking.reviewed']);
  });

  it('is what happens to a membership, to admins or to the member', async () => {
    const { id } = await found(ada, { joinPolicy: 'request' });
    must(await join(ben, id));
    expect(await told(ada)).toEqual(['organization.join_requested']);
    expect(await said(ada)).toContain('Ben B. asks to join');
    expect(await told(ben)).toEqual([]);
    const [request] = must(await joinRequests(ada, id)).data.items;
    must(await ada.post(`/organizations/${id}/join-requests/${request?.id}/approve`));
    must(await handOver(ada, id, ben.id));
    expect(await told(ben)).toEqual(
      expect.arrayContaining(['organization.join_approved', 'organization.owner_changed']),
    );
    must(await remove(ben, id, ada.id));
    expect((await told(ada)).at(-1)).toBe('organization.member_removed');
  });

  it('is a decision on a business, without the name of who decided', async () => {
    const moderator = await staff(server, 'moderator');
    const { id } = await openBusiness(ada);
    must(await ada.put(`/businesses/${id}/managers/${ben.id}`));
    expect(await told(ben)).toEqual(['business.manager_added']);
    expect(await said(ben)).toContain('Ada A. made you a manager');
    must(await moderator.patch(`/admin/businesses/${id}`, { verified: true }));
    expect(await told(ada)).toEqual(['business.verified']);
    must(await moderator.patch(`/admin/businesses/${id}`, { verified: false }));
    expect((await told(ben)).slice(-2)).toEqual(['business.verified', 'business.unverified']);
    must(await ada.delete(`/businesses/${id}/managers/${ben.id}`));
    expect((await told(ben)).at(-1)).toBe('business.manager_removed');
  });
});
