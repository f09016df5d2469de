import type { SkillDto } from '../../src/modules/skills/dto/skill.view.dto';
import type { ReviewDto } from '../../src/modules/skills/reviews/dto/review.dto';
import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { openBusiness, promote } from '../support/businesses';
import { accept, outcome, scene } from '../support/emergencies';
import {
  acceptedScene,
  helpScene,
  look,
  offersFor,
  threadOf,
  write,
} from '../support/help-requests';
import { reported, settle } from '../support/moderation';
import { found } from '../support/organizations';
import {
  book,
  completedBooking,
  type List,
  offer,
  review,
  seeBooking,
  times,
} from '../support/skills';

describe('What a decision removes is gone:', () => {
  let server: TestApp;
  let moderator: TestActor;
  let reporter: TestActor;
  let owner: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
  });
  beforeEach(async () => {
    moderator = await staff(server, 'moderator');
    reporter = await register(server);
    owner = await register(server);
  });
  afterAll(() => server.close());

  const remove = async (by: TestActor, kind: string, id: string) =>
    settle(moderator, await reported(by, kind, id), 'remove');

  it('a listing, and it comes back when the appeal is granted', async () => {
    const { id } = await offer(owner);
    const { decisionId } = await remove(reporter, 'skill', id);
    expect(outcome(await reporter.get(`/skills/${id}`))).toBe('404 NOT_FOUND');
    const appeal = must(
      await owner.post<{ id: string }>('/appeals', { decisionId, text: 'Look again.' }),
    ).data.id;
    const answer = await (
      await staff(server, 'moderator')
    ).post<{ restored: boolean }>(`/admin/appeals/${appeal}/decide`, {
      outcome: 'overturn',
      reason: 'It is fine.',
    });
    expect(must(answer).data.restored).toBe(true);
    expect(outcome(await reporter.get(`/skills/${id}`))).toBe('200');
  });

  it('a listing that its owner took away meanwhile does not come back by an appeal', async () => {
    const { id } = await offer(owner);
    const report = await reported(reporter, 'skill', id);
    must(await owner.delete(`/skills/${id}`));
    const { decisionId } = await settle(moderator, report, 'remove');
    const appeal = must(
      await owner.post<{ id: string }>('/appeals', { decisionId, text: 'Look again.' }),
    ).data.id;
    const answer = await (
      await staff(server, 'moderator')
    ).post<{ restored: boolean | null }>(`/admin/appeals/${appeal}/decide`, {
      outcome: 'overturn',
      reason: 'It is fine.',
    });
    expect(must(answer).data.restored).toBeNull();
    expect(outcome(await reporter.get(`/skills/${id}`))).toBe('404 NOT_FOUND');
  });

  it('a review, with its stars; each review can be reported by its own id', async () => {
    const client = await register(server);
    const { id: skill } = await offer(owner);
    const booking = await completedBooking(server, owner, client, skill);
    const { id } = must(await review(client, booking, 1, 'A crook.')).data;
    [moderator, reporter] = [await moderator.logIn(), await reporter.logIn()];
    await remove(owner, 'review', id);
    const seen = must(await reporter.get<SkillDto>(`/skills/${skill}`)).data;
    expect(seen.rating).toEqual({ average: null, count: 0 });
    const left = must(await reporter.get<List<ReviewDto>>(`/skills/${skill}/reviews`)).data.items;
    expect(left).toEqual([]);
  });

  it('what one wrote in a booking, which stays', async () => {
    const { id: skill } = await offer(owner);
    const wanted = { ...times(server, 24), note: 'You fool.' };
    const { id } = must(await book(reporter, skill, wanted)).data;
    await remove(owner, 'booking', id);
    expect(must(await seeBooking(owner, id)).data).toMatchObject({
      note: null,
      status: 'requested',
    });
  });

  it('a promotion, an organization, a help request', async () => {
    const { id: business } = await openBusiness(owner);
    const promotion = await promote(server, owner, business, 0, 1);
    await remove(reporter, 'promotion', promotion.id);
    const { id: organization } = await found(owner);
    await remove(reporter, 'organization', organization);
    expect(outcome(await owner.get(`/organizations/${organization}`))).toBe('404 NOT_FOUND');
    const help = await helpScene(server, 0);
    await remove(reporter, 'help_request', help.id);
    expect(outcome(await look(reporter, help.id))).toBe('404 NOT_FOUND');
    const removals = await server.connection
      .collection('audit_log')
      .find({ actor: moderator.objectId, action: /removed$/ })
      .sort({ seq: 1 })
      .toArray();
    expect(removals.map(({ action }) => String(action))).toEqual([
      'promotion.removed',
      'organization.removed',
      'help_request.removed',
    ]);
  });

  it('a message of a thread, and the words of an offer', async () => {
    const { requester, helper, id, offerId } = await acceptedScene(server);
    const { data } = must(await write(helper, id, offerId, { text: 'You fool.' }));
    await remove(requester, 'message', data.id);
    expect(JSON.stringify(await threadOf(requester, id, offerId))).not.toContain('You fool.');
    await remove(requester, 'message', offerId);
    expect((await offersFor(requester, id))[0]).toMatchObject({ id: offerId, message: null });
  });

  it('a message of an emergency, and its words; the emergency stays', async () => {
    const { requester, helpers, id } = await scene(server, 1, { description: 'Bring money.' });
    const [helper] = helpers;
    if (!helper) throw new Error('no helper');
    must(await accept(helper, id));
    const text = { text: 'Only cash.' };
    const { data } = must(
      await requester.post<{ id: string }>(`/emergencies/${id}/messages`, text),
    );
    await remove(helper, 'message', data.id);
    await remove(helper, 'emergency', id);
    const read = must(await helper.get(`/emergencies/${id}/messages`));
    expect(read.text).not.toContain('Only cash.');
    expect(must(await helper.get(`/emergencies/${id}`)).data).toMatchObject({
      description: null,
      status: 'responding',
    });
  });

  it('together with its decision or not at all', async () => {
    const { id } = await offer(owner);
    const report = await reported(reporter, 'skill', id);
    must(await moderator.post(`/admin/reports/${report}/claim`));
    const command = { collMod: 'moderation_decisions', validator: { action: 'none' } };
    await server.connection.db?.command(command);
    const answer = await moderator.post(`/admin/reports/${report}/decide`, {
      action: 'remove',
      reason: 'Because.',
    });
    await server.connection.db?.command({ ...command, validator: {} });
    expect(answer.status).toBe(500);
    expect(outcome(await reporter.get(`/skills/${id}`))).toBe('200');
  });
});
