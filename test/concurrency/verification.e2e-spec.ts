import { DAY } from '../../src/common/time/clock';
import { VerificationSweeper } from '../../src/modules/verification/verification.sweeper';
import { must, register, staff, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { startTwoNodes, together } from '../support/race';
import { applicant, askFor, type OwnVerification } from '../support/verification';

const ROUNDS = 12;

describe('Requests to be verified, on two nodes at once', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let one: TestActor;
  let other: TestActor;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
    one = await staff(server, 'moderator');
    other = (await staff(server, 'admin')).on(node);
  });

  afterAll(() => close());

  const own = async (person: TestActor): Promise<OwnVerification> =>
    must(await person.get<OwnVerification>('/users/me/verification')).data;
  const rounds = async (play: (round: number) => Promise<void>): Promise<void> => {
    for (let round = 0; round < ROUNDS; round += 1) await play(round);
  };

  it('of two moderators one decides, and the other is told what', async () => {
    await rounds(async (round) => {
      const { person, id } = await applicant(server);
      const [approval, rejection] = await together(
        round,
        () => one.post(`/admin/verifications/${id}/approve`),
        () => other.post(`/admin/verifications/${id}/reject`, { reason: 'It cannot be read.' }),
      );
      const approved = approval.status === 200;
      expect([approval.status, rejection.status].toSorted((a, b) => a - b)).toEqual([200, 409]);
      const { verified, latest } = await own(person);
      expect([verified, latest?.status]).toEqual([approved, approved ? 'approved' : 'rejected']);
      const loser = approved ? rejection : approval;
      expect(loser.error).toMatchObject({
        code: 'INVALID_TRANSITION',
        details: { status: latest?.status },
      });
    });
  });

  it('a request is withdrawn or decided, never both', async () => {
    await rounds(async (round) => {
      const { person, id } = await applicant(server);
      const [withdrawal, approval] = await together(
        round,
        () => person.on(node).delete('/users/me/verification'),
        () => one.post(`/admin/verifications/${id}/approve`),
      );
      expect([withdrawal.status, approval.status].toSorted((a, b) => a - b)).toEqual([200, 409]);
      const { verified, latest } = await own(person);
      expect([verified, latest?.status]).toEqual(
        approval.status === 200 ? [true, 'approved'] : [false, 'withdrawn'],
      );
    });
  });

  it('of two requests of a person one waits, and nothing refers to the files of the other', async () => {
    await rounds(async (round) => {
      const person = await register(server);
      const answers = await together(
        round,
        () => askFor(person),
        () => askFor(person.on(node)),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
      const rows = await server.connection
        .collection('verifications')
        .countDocuments({ user: person.objectId, status: 'pending' });
      expect(rows).toBe(1);
      await eventually(async () => {
        expect(await server.connection.collection('file_deletions').countDocuments()).toBe(0);
      });
    });
  });

  it('an account that is erased while it asks leaves no request that waits, and no file that stays', async () => {
    await rounds(async (round) => {
      const person = await register(server);
      const [asked, erased] = await together(
        round,
        () => askFor(person),
        () => person.delete('/users/me', { password: person.password }),
      );
      expect(erased.status).toBe(200);
      expect([201, 401]).toContain(asked.status);
      const left = await server.connection
        .collection('verifications')
        .find({ user: person.objectId })
        .toArray();
      for (const row of left) expect(row).toMatchObject({ status: 'withdrawn', documents: [] });
    });
  });

  it('an approval that ends while it is renewed leaves the person verified', async () => {
    await rounds(async (round) => {
      const { person, id } = await applicant(server);
      const validUntil = new Date(server.clock.now().getTime() + DAY).toISOString();
      must(await one.post(`/admin/verifications/${id}/approve`, { validUntil }));
      const renewal = must(await askFor(person)).data.latest?.id ?? '';
      // The first is over now; the sweeper comes while the second is approved.
      await server.connection
        .collection('verifications')
        .updateOne(
          { user: person.objectId, status: 'approved' },
          { $set: { validUntil: new Date() } },
        );
      const [, approval] = await together(
        round,
        () => server.get(VerificationSweeper).sweep(),
        () => other.post(`/admin/verifications/${renewal}/approve`),
      );
      expect(approval.status).toBe(200);
      await server.get(VerificationSweeper).sweep();
      const { verified, verifiedUntil } = await own(person);
      expect([verified, verifiedUntil]).toEqual([true, expect.any(String)]);
    });
  });
});
