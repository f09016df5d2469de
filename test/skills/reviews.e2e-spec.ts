import { DAY, MINUTE } from '../../src/common/time/clock';
import type { SkillDto } from '../../src/modules/skills/dto/skill.view.dto';
import type { ReviewDto } from '../../src/modules/skills/reviews/dto/review.dto';
import { type Answer, must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import {
  act,
  book,
  completedBooking,
  type List,
  offer,
  pass,
  review,
  times,
} from '../support/skills';

const outcome = ({ status, error }: Answer<unknown>): string =>
  error ? `${status} ${error.code}` : String(status);

describe('A review', () => {
  let server: TestApp;
  let owner: TestActor;
  let client: TestActor;
  let skill: string;

  beforeAll(async () => {
    server = await startTestApp();
  });
  beforeEach(async () => {
    owner = await register(server);
    client = await register(server);
    skill = (await offer(owner)).id;
  });
  afterAll(() => server.close());

  const rating = async () => must(await owner.get<SkillDto>(`/skills/${skill}`)).data.rating;

  it('is for a completed booking alone', async () => {
    const { id } = must(await book(client, skill, times(server, 24))).data;
    const refused = async (status: string) => {
      const answer = await review(client, id, 1);
      expect([outcome(answer), answer.error?.details]).toEqual([
        '409 INVALID_TRANSITION',
        { status },
      ]);
    };
    await refused('requested');
    must(await act(owner, id, 'accept'));
    await refused('accepted');
    must(await act(client, id, 'cancel'));
    await refused('cancelled');
    expect(await rating()).toEqual({ average: null, count: 0 });
  });

  it('is the client’s to write: not the owner’s, a moderator’s or a stranger’s', async () => {
    const id = await completedBooking(server, owner, client, skill);
    expect(outcome(await review(owner, id, 5))).toBe('403 FORBIDDEN');
    expect(outcome(await review(await staff(server, 'moderator'), id, 5))).toBe('403 FORBIDDEN');
    expect(outcome(await review(await register(server), id, 5))).toBe('404 NOT_FOUND');
    expect(await rating()).toEqual({ average: null, count: 0 });
  });

  it('is written once, within fourteen days', async () => {
    const id = await completedBooking(server, owner, client, skill);
    await pass(server, 14 * DAY - MINUTE, client, owner);
    expect(outcome(await review(client, id, 5))).toBe('201');
    expect(outcome(await review(client, id, 1))).toBe('409 CONFLICT');
    const late = await completedBooking(server, owner, client, skill);
    await pass(server, 14 * DAY, client, owner);
    const answer = await review(client, late, 1);
    expect(outcome(answer)).toBe('409 CONFLICT');
    expect(answer.error?.message).toContain('14 days');
    expect(await rating()).toEqual({ average: 5, count: 1 });
  });

  it.each([
    {},
    { rating: 0 },
    { rating: 6 },
    { rating: 4.5 },
    { rating: '5' },
    { rating: 5, text: '' },
    { rating: 5, text: 'x'.repeat(2001) },
    { rating: 5, author: '6561f0a4c2b6a1d2e3f40516' },
  ])('of %j is refused', async (body) => {
    const { id } = must(await book(client, skill, times(server, 24))).data;
    const answer = await client.post(`/bookings/${id}/review`, body);
    expect(outcome(answer)).toBe('400 VALIDATION_FAILED');
  });

  it('stands in the list of its listing, newest first, page by page', async () => {
    const written: string[] = [];
    for (const stars of [3, 4, 5]) {
      const id = await completedBooking(server, owner, client, skill);
      written.unshift(must(await review(client, id, stars)).data.id);
    }
    const page = async (query: string) =>
      must(await owner.get<List<ReviewDto>>(`/skills/${skill}/reviews${query}`)).data;
    const { items, nextCursor } = await page('?limit=2');
    const rest = await page(`?limit=2&cursor=${nextCursor}`);
    expect([...items, ...rest.items].map(({ id }) => id)).toEqual(written);
    expect(rest.nextCursor).toBeNull();
    expect(await rating()).toEqual({ average: 4, count: 3 });
    const broken = await owner.get(`/skills/${skill}/reviews?cursor=x`);
    expect(outcome(broken)).toBe('400 INVALID_CURSOR');
  });
});
