import { register } from '../../support/actors';
import { acceptedBooking, pay } from '../../support/payments';
import type { Lists } from './list-calls';

export const lists: Lists = {
  'GET /api/v1/payments': async (server) => {
    const payer = await register(server);
    for (let made = 0; made < 2; made += 1) {
      const { id } = await acceptedBooking(
        server,
        { amountMinor: 900 + made, currency: 'EUR' },
        payer,
      );
      await pay(payer, 'booking', id);
    }
    return { as: payer, path: '/payments', queries: [{}] };
  },
};
