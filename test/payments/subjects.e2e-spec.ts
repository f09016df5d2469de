import { Types } from 'mongoose';
import type { HelpRequestDto } from '../../src/modules/help-requests/dto/help-request.view.dto';
import { adminOf, must, register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { look as lookAtBusiness, openBusiness, promote } from '../support/businesses';
import { eventually } from '../support/eventually';
import { acceptOffer, helpScene, helpStep, look, offer } from '../support/help-requests';
import {
  acceptedBooking,
  confirm,
  expectBalanced,
  paidBooking,
  pay,
  pendingPayment,
  refund,
  seePayment,
} from '../support/payments';
import { act, book, offer as offerSkill, seeBooking, times } from '../support/skills';

const PRICE = { amountMinor: 1500, currency: 'JPY' };

describe('What is paid for', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  /** A request whose first helper was accepted for a price. */
  async function agreed(): Promise<{ requester: TestActor; helpers: TestActor[]; id: string }> {
    const { requester, helpers, id } = await helpScene(server, 2);
    await choose(requester, helpers[0], id);
    return { requester, helpers, id };
  }

  async function choose(
    requester: TestActor,
    helper: TestActor | undefined,
    id: string,
    price = PRICE,
  ) {
    if (!helper) throw new Error('A helper of the scene.');
    const { id: offered } = must(await offer(helper, id, { price })).data;
    must(await acceptOffer(requester, id, offered));
  }

  async function payFor(payer: TestActor, purpose: string, id: string): Promise<string> {
    const { payment } = must(await pay(payer, purpose, id)).data;
    must(await confirm(payer, payment.id, 'success'));
    return payment.id;
  }

  const returned = (payer: TestActor, id: string) =>
    eventually(async () => {
      const { status, captured, refunded } = await seePayment(payer, id);
      expect({ status, given: refunded.amountMinor }).toEqual({
        status: 'refunded',
        given: captured.amountMinor,
      });
    });

  it('of a help request is the price of the accepted offer, by its requester alone; its helper sees that it is paid', async () => {
    const { requester, helpers, id } = await agreed();
    const [helper] = helpers;
    if (!helper) throw new Error('A helper of the scene.');
    for (const other of [helper, await register(server)]) {
      expect((await pay(other, 'help_request', id)).status).toBe(404);
    }
    const payment = await payFor(requester, 'help_request', id);
    expect((await seePayment(requester, payment)).amount).toEqual(PRICE);
    for (const actor of [requester, helper]) {
      expect(must(await look(actor, id)).data.paidAt).toEqual(expect.any(String));
    }
    must(await refund(await adminOf(server), payment));
    expect(must(await look(requester, id)).data.paidAt).toBeNull();
    await expectBalanced(server, payment);
  });

  it('of a help request nobody was chosen for, or for no price, cannot be paid', async () => {
    const { requester, helpers, id } = await helpScene(server, 1);
    expect((await pay(requester, 'help_request', id)).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'open' },
    });
    const { id: offered } = must(await offer(helpers[0], id)).data;
    must(await acceptOffer(requester, id, offered));
    expect((await pay(requester, 'help_request', id)).error?.code).toBe('CONFLICT');
  });

  it('goes back by itself when the helper who was paid for leaves, and the next offer is paid at its own price', async () => {
    const { requester, helpers, id } = await agreed();
    const payment = await payFor(requester, 'help_request', id);
    must(await helpStep(helpers[0], id, 'withdraw'));
    await returned(requester, payment);
    expect(must(await look(requester, id)).data.paidAt).toBeNull();
    await choose(requester, helpers[1], id, { amountMinor: 900, currency: 'JPY' });
    const next = await payFor(requester, 'help_request', id);
    expect((await seePayment(requester, next)).amount.amountMinor).toBe(900);
  });

  it('for an offer that is not the accepted one any more is recorded, and goes back by itself', async () => {
    const { requester, helpers, id } = await agreed();
    const { payment } = must(await pay(requester, 'help_request', id)).data;
    must(await helpStep(helpers[0], id, 'withdraw'));
    await choose(requester, helpers[1], id, { amountMinor: 1, currency: 'JPY' });
    must(await confirm(requester, payment.id, 'success'));
    await returned(requester, payment.id);
    expect(must(await look(requester, id)).data.paidAt).toBeNull();
    await expectBalanced(server, payment.id);
  });

  it('for an offer that was made again at another price is recorded, and goes back by itself', async () => {
    const { requester, helpers, id } = await agreed();
    const { payment } = must(await pay(requester, 'help_request', id)).data;
    must(await helpStep(helpers[0], id, 'withdraw'));
    await choose(requester, helpers[0], id, { amountMinor: 90_000, currency: 'JPY' });
    must(await confirm(requester, payment.id, 'success'));
    await returned(requester, payment.id);
    expect(must(await look(requester, id)).data.paidAt).toBeNull();
    const next = await payFor(requester, 'help_request', id);
    expect((await seePayment(requester, next)).amount.amountMinor).toBe(90_000);
  });

  it('stays with an admin to give back once the helper has begun', async () => {
    const { requester, helpers, id } = await agreed();
    const payment = await payFor(requester, 'help_request', id);
    must(await helpStep(helpers[0], id, 'start'));
    must<HelpRequestDto>(await helpStep(requester, id, 'cancel'));
    expect(await seePayment(requester, payment)).toMatchObject({
      status: 'succeeded',
      refunding: { amountMinor: 0 },
    });
  });

  it('of a booking is its price once it is accepted, and goes back by itself when the owner cancels', async () => {
    const owner = await register(server);
    const client = await register(server);
    const skill = await offerSkill(owner);
    const { id } = must(await book(client, skill.id, times(server, 24, 2))).data;
    expect((await pay(client, 'booking', id)).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'requested' },
    });
    must(await act(owner, id, 'accept'));
    const payment = await payFor(client, 'booking', id);
    expect((await seePayment(client, payment)).amount).toEqual({
      amountMinor: 5000,
      currency: 'EUR',
    });
    expect((await seeBooking(owner, id)).data.paidAt).toEqual(expect.any(String));
    must(await act(owner, id, 'cancel'));
    await returned(client, payment);
  });

  it('goes back by itself when one of the two blocks the other', async () => {
    const { id, payer, booking } = await paidBooking(server);
    const { owner } = must(await seeBooking(payer, booking)).data;
    must(await payer.put(`/users/me/blocks/${owner?.id}`));
    await returned(payer, id);
  });

  it('of a booking that is cancelled while it is being paid is recorded, and goes back by itself', async () => {
    const { id, payer, booking } = await pendingPayment(server);
    must(await act(payer, booking, 'cancel'));
    must(await confirm(payer, id, 'success'));
    await returned(payer, id);
    expect((await pay(payer, 'booking', booking)).error?.code).toBe('INVALID_TRANSITION');
  });

  it('for nothing, or for a price that is still to be talked about, is 409', async () => {
    const owner = await register(server);
    const client = await register(server);
    let hour = 24;
    for (const type of ['free', 'negotiable']) {
      const skill = await offerSkill(owner, { pricing: { type } });
      const { id } = must(await book(client, skill.id, times(server, (hour += 2)))).data;
      must(await act(owner, id, 'accept'));
      expect((await pay(client, 'booking', id)).error?.code).toBe('CONFLICT');
    }
  });

  it('of a promotion is a boost at our price, by owner and managers: it stands before the others, until it is given back', async () => {
    const owner = await register(server);
    const visitor = await register(server);
    const { id: business } = await openBusiness(owner);
    const first = await promote(server, owner, business, 0, 24, { title: 'First' });
    const second = await promote(server, owner, business, 24, 48, { title: 'Second' });
    expect((await pay(visitor, 'promotion', second.id)).status).toBe(404);
    const titles = async () =>
      (await lookAtBusiness(owner, business)).promotions.map(({ title, boosted }) => [
        title,
        boosted,
      ]);
    expect(await titles()).toEqual([
      ['First', false],
      ['Second', false],
    ]);
    const payment = await payFor(owner, 'promotion', second.id);
    expect((await seePayment(owner, payment)).amount).toEqual({
      amountMinor: 990,
      currency: 'EUR',
    });
    expect(await titles()).toEqual([
      ['Second', true],
      ['First', false],
    ]);
    expect((await pay(owner, 'promotion', first.id)).status).toBe(201);
    must(await refund(await adminOf(server), payment));
    expect(await titles()).toEqual([
      ['First', false],
      ['Second', false],
    ]);
  });

  it('of a promotion that was removed cannot be paid', async () => {
    const owner = await register(server);
    const { id: business } = await openBusiness(owner);
    const { id } = await promote(server, owner, business);
    const { payment } = must(await pay(owner, 'promotion', id)).data;
    must(await owner.delete(`/businesses/${business}/promotions/${id}`));
    must(await confirm(owner, payment.id, 'success'));
    await returned(owner, payment.id);
    expect((await pay(owner, 'promotion', id)).error).toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { status: 'removed' },
    });
  });

  it('in currencies without and with three decimals is counted in their own smallest unit', async () => {
    for (const price of [
      { amountMinor: 5, currency: 'JPY' },
      { amountMinor: 1250, currency: 'KWD' },
    ]) {
      const { id: booking, client } = await acceptedBooking(server, price);
      const payment = await payFor(client, 'booking', booking);
      must(await refund(await adminOf(server), payment, 3));
      expect(await seePayment(client, payment)).toMatchObject({
        amount: price,
        captured: price,
        refunded: { amountMinor: 3, currency: price.currency },
      });
      await expectBalanced(server, payment);
    }
  });

  it('is given up with the account of who pays, and what was paid stays without words', async () => {
    const { id, payer } = await paidBooking(server);
    must(await refund(await adminOf(server), id, 100));
    const next = await acceptedBooking(server, undefined, payer);
    const { payment } = must(await pay(payer, 'booking', next.id)).data;
    must(await payer.delete('/users/me', { password: payer.password }));
    const admin = await adminOf(server);
    await eventually(async () =>
      expect((await seePayment(admin, payment.id)).status).toBe('cancelled'),
    );
    const refunds = server.connection.collection('refunds');
    expect(await refunds.distinct('reason', { payment: new Types.ObjectId(id) })).toEqual([null]);
    await expectBalanced(server, id);
  });
});
