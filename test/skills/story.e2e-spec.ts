import { coarseCell } from '../../src/common/geo/coarse-cell';
import { DAY, HOUR } from '../../src/common/time/clock';
import type { BookingDto } from '../../src/modules/skills/bookings/dto/booking.view.dto';
import { must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { north, somewhere } from '../support/emergencies';
import {
  act,
  book,
  found,
  type List,
  offer,
  pass,
  review,
  search,
  seeBooking,
  times,
} from '../support/skills';
import { closeSockets, TestSocket } from '../support/sockets';

describe('A skill, from the listing to the review', () => {
  let server: TestApp;
  let mira: TestActor;
  let jonas: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    mira = await register(server, { displayName: 'Mira Owner' });
    jonas = await register(server, { displayName: 'Jonas Client' });
  });
  afterEach(closeSockets);
  afterAll(() => server.close());

  it('is offered, found, booked, accepted, completed and reviewed, and both hear of each step at once', async () => {
    const place = somewhere();
    const near = north(place, 2000);
    const skill = await offer(mira, { location: place, serviceRadiusMeters: 5000 });
    expect(skill).toMatchObject({
      owner: { id: mira.id, displayName: 'Mira Owner' },
      location: { ...place, precision: 'exact' },
      pricing: { type: 'hourly', amountMinor: 2500, currency: 'EUR' },
      rating: { average: null, count: 0 },
      status: 'active',
    });

    const [listed] = must(await search(jonas, { q: 'maths', ...near })).data.items;
    expect(listed).toMatchObject({
      id: skill.id,
      location: { ...coarseCell(place), precision: 'coarse' },
    });
    expect(listed?.distanceMeters).toBeGreaterThan(1500);

    const miraHears = await TestSocket.connect(mira);
    const jonasHears = await TestSocket.connect(jonas);
    const heard = async (socket: TestSocket, name: string, id: string): Promise<BookingDto> => {
      const event = await socket.event(name, ({ subjectId }) => subjectId === id);
      expect(event.kind).toBe('booking');
      return event.data as unknown as BookingDto;
    };

    const wanted = { ...times(server, 24, 1.5), note: 'Fractions, please.' };
    const requested = must(await book(jonas, skill.id, wanted)).data;
    expect(requested).toMatchObject({
      ...wanted,
      status: 'requested',
      viewerRole: 'client',
      price: { type: 'hourly', amountMinor: 2500, currency: 'EUR', totalMinor: 3750 },
      location: { ...coarseCell(place), precision: 'coarse' },
    });
    const { id } = requested;
    expect(await heard(miraHears, 'booking.requested', id)).toMatchObject({
      viewerRole: 'owner',
      client: { id: jonas.id, displayName: 'Jonas Client' },
      note: 'Fractions, please.',
    });

    expect(must(await act(mira, id, 'accept')).data).toMatchObject({ status: 'accepted', seq: 2 });
    expect(await heard(jonasHears, 'booking.accepted', id)).toMatchObject({
      viewerRole: 'client',
      location: { ...place, precision: 'exact' },
    });
    expect(await found(jonas, { ...near, availableAt: wanted.startsAt })).toEqual([]);

    const early = await act(jonas, id, 'complete');
    expect([early.status, early.error?.code, early.error?.details]).toEqual([
      409,
      'INVALID_TRANSITION',
      { status: 'accepted' },
    ]);
    expect(early.error?.message).toContain(wanted.endsAt);
    await pass(server, DAY + 1.5 * HOUR, mira, jonas);
    expect(must(await act(jonas, id, 'complete')).data).toMatchObject({ status: 'completed' });
    await heard(miraHears, 'booking.completed', id);
    expect(must(await seeBooking(jonas, id)).data.location?.precision).toBe('coarse');

    const written = await review(jonas, id, 4, 'Patient, and on time.');
    expect(written.status).toBe(201);
    await heard(miraHears, 'booking.reviewed', id);
    const { data } = await mira.get<List<object>>(`/skills/${skill.id}/reviews`);
    expect(data.items).toEqual([written.data]);
    expect(written.data).toMatchObject({
      author: { id: jonas.id, displayName: 'Jonas Client' },
      rating: 4,
      text: 'Patient, and on time.',
    });
    const after = must(await jonas.get(`/skills/${skill.id}`)).data;
    expect(after.rating).toEqual({ average: 4, count: 1 });
    const again = await review(jonas, id, 5);
    expect([again.status, again.error?.code]).toEqual([409, 'CONFLICT']);
  });
});
