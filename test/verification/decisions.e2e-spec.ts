import { Types } from 'mongoose';
import { DAY } from '../../src/common/time/clock';
import { FileDeletionSweeper } from '../../src/common/files/file-deletion.sweeper';
import { FileStore } from '../../src/common/files/file-store';
import { VerificationSweeper } from '../../src/modules/verification/verification.sweeper';
import { adminOf, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { accept, north, raise, somewhere } from '../support/emergencies';
import {
  applicant,
  askFor,
  type OwnVerification,
  storedFiles,
  type Verification,
} from '../support/verification';

describe('Requests to be verified', () => {
  let server: TestApp;
  let moderator: TestActor;
  let admin: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    moderator = await staff(server, 'moderator');
    admin = await adminOf(server);
  });

  afterEach(() => jest.restoreAllMocks());
  afterAll(() => server.close());

  const own = async (person: TestActor): Promise<OwnVerification> =>
    must(await person.get<OwnVerification>('/users/me/verification')).data;
  const approve = (id: string, body: object = {}, by = moderator) =>
    by.post<Verification>(`/admin/verifications/${id}/approve`, body);
  const reject = (id: string, reason = 'It cannot be read.', by = moderator) =>
    by.post<Verification>(`/admin/verifications/${id}/reject`, { reason });
  const revoke = (id: string, reason = 'It was forged.', by = moderator) =>
    by.post<Verification>(`/admin/verifications/${id}/revoke`, { reason });
  const opened = async (id: string): Promise<Verification> =>
    must(await moderator.get<Verification>(`/admin/verifications/${id}`)).data;
  const download = async (path: string, by: TestActor): Promise<number> => {
    const headers = { authorization: `Bearer ${by.token}` };
    const { status, body } = await fetch(`${server.url}${path}`, { headers });
    await body?.cancel();
    return status;
  };
  const linkOf = async (id: string): Promise<string> =>
    new URL((await opened(id)).documents[0]?.url ?? '').pathname;
  const keyOf = async (id: string): Promise<string> => {
    const row = await server.connection
      .collection<{ documents: { key: string }[] }>('verifications')
      .findOne({ _id: new Types.ObjectId(id) });
    return row?.documents[0]?.key ?? '';
  };
  const inDays = (days: number): string =>
    new Date(server.clock.now().getTime() + days * DAY).toISOString();
  const pass = async (days: number): Promise<void> => {
    server.clock.advance(days * DAY);
    await server.get(VerificationSweeper).sweep();
    await server.get(FileDeletionSweeper).sweep();
    // Whoever was logged in has to be so again, as the tokens are of days ago.
    for (const person of [moderator, admin]) person.token = (await person.logIn()).token;
  };
  const again = async (person: TestActor): Promise<TestActor> => person.logIn();

  it('that are rejected say why, and may be followed by another', async () => {
    const { person, id } = await applicant(server);
    expect((await reject(id, ' ')).status).toBe(400);
    expect((await moderator.post(`/admin/verifications/${id}/reject`)).status).toBe(400);
    expect((await reject(id)).data).toMatchObject({
      status: 'rejected',
      reason: 'It cannot be read.',
    });
    expect(await own(person)).toMatchObject({
      verified: false,
      latest: { status: 'rejected', reason: 'It cannot be read.' },
    });
    expect((await askFor(person)).status).toBe(201);
  });

  it('do not tell the person who decided', async () => {
    const { person, id } = await applicant(server);
    must(await reject(id));
    expect((await person.get('/users/me/verification')).text).not.toContain(moderator.id);
  });

  it('are decided once: who comes second is told how it stands', async () => {
    const { id } = await applicant(server);
    must(await approve(id));
    for (const second of [await approve(id), await reject(id)]) {
      expect(second.error).toMatchObject({
        code: 'INVALID_TRANSITION',
        details: { status: 'approved' },
      });
    }
    const nobody = new Types.ObjectId().toHexString();
    expect([(await approve(nobody)).status, (await reject(nobody)).status]).toEqual([404, 404]);
  });

  it('are never decided by whose they are, and those of staff by admins alone', async () => {
    const colleague = await staff(server, 'moderator');
    const { data } = must(await askFor(colleague));
    const id = data.latest?.id ?? '';
    const theirs = [await approve(id, {}, colleague), await reject(id, 'x', colleague)];
    expect(theirs.map(({ status }) => status)).toEqual([403, 403]);
    const others = [await approve(id), await reject(id)];
    expect(others.map(({ status }) => status)).toEqual([403, 403]);
    expect((await own(colleague)).latest?.status).toBe('pending');
    expect((await approve(id, {}, admin)).status).toBe(200);
    // Verified by another approval as well: taking this one back would not touch the account.
    const { data: second } = must(await askFor(colleague));
    expect((await approve(second.latest?.id ?? '', {}, admin)).status).toBe(200);
    expect((await revoke(id)).status).toBe(403);
    expect((await revoke(id, 'x', colleague)).status).toBe(403);
  });

  it.each([
    ['the past', -1, 400],
    ['more than three years ahead', 3 * 365 + 1, 400],
    ['three years ahead', 3 * 365 - 1, 200],
  ])('are approved until a time that is not %s', async (_, days, status) => {
    const { id } = await applicant(server);
    expect((await approve(id, { validUntil: inDays(days) })).status).toBe(status);
  });

  it('are not approved while the account is suspended', async () => {
    const { person, id } = await applicant(server);
    must(await moderator.patch(`/admin/users/${person.id}`, { status: 'suspended' }));
    const { status, error } = await approve(id);
    expect([status, error?.code]).toEqual([409, 'CONFLICT']);
    must(await moderator.patch(`/admin/users/${person.id}`, { status: 'active' }));
    expect((await approve(id)).status).toBe(200);
  });

  it('are withdrawn by whose they are, and their documents are gone at once', async () => {
    const { person, id } = await applicant(server);
    const [link, key] = [await linkOf(id), await keyOf(id)];
    expect(
      (await person.delete<OwnVerification>('/users/me/verification')).data.latest,
    ).toMatchObject({ status: 'withdrawn', documents: [] });
    expect(await download(link, moderator)).toBe(404);
    await server.get(FileDeletionSweeper).sweep();
    expect(await storedFiles(server)).not.toContain(key);
    expect((await person.delete('/users/me/verification')).status).toBe(200);
    expect((await approve(id)).error).toMatchObject({ details: { status: 'withdrawn' } });
    expect((await (await register(server)).delete('/users/me/verification')).status).toBe(404);
    const decided = await applicant(server);
    must(await reject(decided.id));
    expect((await decided.person.delete('/users/me/verification')).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'rejected' },
    });
  });

  it('end by themselves: a helper is not alerted any more, and leaves the emergency they came to', async () => {
    const place = somewhere();
    const { person, id } = await applicant(server);
    must(await approve(id, { validUntil: inDays(1) }));
    must(await person.patch('/users/me/helper', { helper: true, available: true }));
    server.clock.advance(DAY - 60_000);
    const helper = await again(person);
    must(await helper.put('/users/me/location', north(place, 200)));
    const requester = await register(server);
    const { data } = must(await raise(requester, { location: place }));
    must(await accept(helper, data.id));
    await pass(1 / (24 * 60));
    expect(await own(helper)).toMatchObject({
      verified: false,
      verifiedUntil: null,
      latest: { status: 'expired' },
    });
    const { data: emergency } = must(
      await requester.get<{ status: string }>(`/emergencies/${data.id}`),
    );
    expect(emergency).toMatchObject({ status: 'active', responses: [{ status: 'withdrawn' }] });
    must(await requester.post(`/emergencies/${data.id}/cancel`));
  });

  it('remind of their end a month before, once, and tell of it', async () => {
    const { person, id } = await applicant(server);
    const told = async (as: TestActor): Promise<string[]> => {
      const { items } = must(await as.get<{ items: { kind: string }[] }>('/notifications')).data;
      return items.map(({ kind }) => kind).filter((kind) => kind.startsWith('verification.'));
    };
    must(await approve(id, { validUntil: inDays(100) }));
    expect(await told(person)).toEqual(['verification.approved']);
    await pass(69);
    expect(await told(await again(person))).toEqual(['verification.approved']);
    await pass(2);
    await pass(1);
    expect(await told(await again(person))).toEqual([
      'verification.ending',
      'verification.approved',
    ]);
    await pass(30);
    const later = await again(person);
    expect(await told(later)).toEqual([
      'verification.ended',
      'verification.ending',
      'verification.approved',
    ]);
    const renewed = must(await askFor(later)).data.latest?.id ?? '';
    must(await approve(renewed, { validUntil: inDays(100) }));
    const longer = must(await askFor(later)).data.latest?.id ?? '';
    must(await approve(longer, { validUntil: inDays(200) }));
    await pass(80);
    expect((await told(await again(person))).slice(0, 2)).toEqual([
      'verification.approved',
      'verification.approved',
    ]);
  });

  it('that were renewed in time keep the person verified', async () => {
    const { person, id } = await applicant(server);
    must(await approve(id, { validUntil: inDays(10) }));
    const renewal = must(await askFor(person, { kind: 'identity' })).data.latest;
    const { data } = must(await approve(renewal?.id ?? '', { validUntil: inDays(100) }));
    expect((await own(person)).verifiedUntil).toBe(data.validUntil);
    await pass(11);
    expect(await opened(id)).toMatchObject({ status: 'expired' });
    expect(await own(await again(person))).toMatchObject({ verified: true });
    await pass(90);
    expect(await own(await again(person))).toMatchObject({ verified: false });
  });

  it('that are taken back end it at once, or leave it to what still holds', async () => {
    const { person, id } = await applicant(server);
    const first = must(await approve(id, { validUntil: inDays(10) })).data;
    const renewal = must(await askFor(person)).data.latest?.id ?? '';
    must(await approve(renewal, { validUntil: inDays(100) }));
    expect((await revoke(renewal)).data).toMatchObject({ status: 'revoked' });
    expect(await own(person)).toMatchObject({
      verified: true,
      verifiedUntil: first.validUntil,
      latest: { status: 'revoked', reason: 'It was forged.' },
    });
    must(await revoke(id));
    expect(await own(person)).toMatchObject({ verified: false, verifiedUntil: null });
    expect((await revoke(id)).error).toMatchObject({ details: { status: 'revoked' } });
  });

  it('and verifying by hand get along: what is set by hand has no end, what is taken back by hand is over', async () => {
    const { person, id } = await applicant(server);
    const byHand = (verified: boolean) =>
      moderator.patch(`/admin/users/${person.id}`, { verified });
    must(await byHand(true));
    must(await approve(id, { validUntil: inDays(1) }));
    expect(await own(person)).toMatchObject({ verified: true, verifiedUntil: null });
    await pass(2);
    expect(await opened(id)).toMatchObject({ status: 'expired' });
    const later = await again(person);
    expect(await own(later)).toMatchObject({ verified: true, verifiedUntil: null });
    must(await byHand(false));
    const next = must(await askFor(later)).data.latest?.id ?? '';
    must(await approve(next));
    expect(await own(later)).toMatchObject({ verified: true, verifiedUntil: expect.any(String) });
    must(await byHand(false));
    expect(await own(later)).toMatchObject({ verified: false, latest: { status: 'revoked' } });
    must(await byHand(true));
    expect((await own(later)).verifiedUntil).toBeNull();
  });

  it('taken back by a suspension that unverifies too say so', async () => {
    const { person, id } = await applicant(server);
    must(await approve(id));
    must(
      await moderator.patch(`/admin/users/${person.id}`, { status: 'suspended', verified: false }),
    );
    expect(await opened(id)).toMatchObject({ status: 'revoked' });
  });

  it('keep their documents for 30 days after the decision, and not a day longer', async () => {
    const { id } = await applicant(server);
    const key = await keyOf(id);
    await pass(40);
    expect((await opened(id)).documents).toHaveLength(1);
    must(await reject(id));
    await pass(29.9);
    expect(await download(await linkOf(id), moderator)).toBe(200);
    expect(await server.get(FileStore).exists(key)).toBe(true);
    await pass(0.2);
    expect(await opened(id)).toMatchObject({ documents: [], documentsUntil: null });
    expect(await server.get(FileStore).exists(key)).toBe(false);
  });

  it('of an erased account have no documents and no words, at once', async () => {
    const { person, id } = await applicant(server);
    must(await person.delete('/users/me/verification'));
    must(await askFor(person, { note: 'My words.' }));
    const waiting = (await own(person)).latest?.id ?? '';
    must(await reject(waiting, 'His words.'));
    const last = must(await askFor(person)).data.latest?.id ?? '';
    const keys = [await keyOf(waiting), await keyOf(last)];
    const link = await linkOf(last);
    must(await person.delete('/users/me', { password: person.password }));
    expect(await download(link, moderator)).toBe(404);
    await server.get(FileDeletionSweeper).sweep();
    for (const key of keys) expect(await server.get(FileStore).exists(key)).toBe(false);
    for (const one of [id, waiting, last]) {
      expect(await opened(one)).toMatchObject({
        user: { displayName: 'Deleted account' },
        documents: [],
        note: null,
        reason: null,
      });
    }
    expect((await opened(last)).status).toBe('withdrawn');
  });

  it('of an erased account lose their documents also where the store was away: a later sweep deletes them', async () => {
    const { person, id } = await applicant(server);
    const key = await keyOf(id);
    const away = jest.spyOn(server.get(FileStore), 'delete').mockRejectedValue(new Error('away'));
    must(await person.delete('/users/me', { password: person.password }));
    await server.get(FileDeletionSweeper).sweep();
    expect(away).toHaveBeenCalledWith(key);
    expect(await server.get(FileStore).exists(key)).toBe(true);
    away.mockRestore();
    server.clock.advance(60_000);
    await server.get(FileDeletionSweeper).sweep();
    expect(await server.get(FileStore).exists(key)).toBe(false);
    expect(await server.connection.collection('file_deletions').countDocuments()).toBe(0);
  });

  it('show their documents to whoever is a moderator when they look, not when the link was made', async () => {
    const { id } = await applicant(server);
    const colleague = await staff(server, 'moderator');
    const { data } = must(await colleague.get<Verification>(`/admin/verifications/${id}`));
    const link = new URL(data.documents[0]?.url ?? '').pathname;
    expect(await download(link, colleague)).toBe(200);
    expect(await download(link, moderator)).toBe(404);
    must(await admin.patch(`/admin/users/${colleague.id}`, { role: 'user' }));
    expect(await download(link, await colleague.logIn())).toBe(404);
    must(
      await admin.patch(`/admin/users/${colleague.id}`, { role: 'moderator', status: 'suspended' }),
    );
    expect([401, 403]).toContain(await download(link, colleague));
  });

  it('have each look at a document on record, also the second of the same minute', async () => {
    const { id } = await applicant(server);
    const link = await linkOf(id);
    const looks = () =>
      server.connection
        .collection('audit_log')
        .countDocuments({ target: new Types.ObjectId(id), action: 'seen.verification.document' });
    expect(await looks()).toBe(0);
    await download(link, moderator);
    await download(link, moderator);
    expect(await looks()).toBe(2);
    await download(link, admin);
    expect(await looks()).toBe(2);
  });
});
