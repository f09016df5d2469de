import { bookingMachine, OPEN_BOOKINGS } from './booking.transitions';

describe('The states of a booking', () => {
  it('are these moves, and no others', () => {
    const moves = Object.entries(bookingMachine.transitions).flatMap(([name, { from, to, by }]) =>
      from.map((state) => `${by.join(', ')}: ${state} → ${to} (${name})`),
    );
    expect(moves).toEqual([
      'owner: requested → accepted (accept)',
      'owner: requested → declined (decline)',
      'client: requested → cancelled (cancel)',
      'client: accepted → cancelled (cancel)',
      'owner: accepted → cancelled (withdraw)',
      'client: accepted → completed (complete)',
      'system: requested → expired (expire)',
      'system: accepted → expired (lapse)',
      'system: requested → cancelled (revoke)',
      'system: accepted → cancelled (revoke)',
    ]);
  });

  it('are open while they are asked for or agreed on', () => {
    expect(OPEN_BOOKINGS).toEqual(['requested', 'accepted']);
  });
});
