import * as fc from 'fast-check';
import { Types } from 'mongoose';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { Ledger } from '../../src/modules/payments/ledger';
import { PaymentSubjects } from '../../src/modules/payments/payment-subjects';
import { paymentMachine } from '../../src/modules/payments/payment.transitions';
import { PaymentsService } from '../../src/modules/payments/payments.service';
import type { ProviderIntentStatus } from '../../src/modules/payments/providers/payment-provider';
import { RefundRequests } from '../../src/modules/payments/refunds/refund-requests';
import { RefundSettlement } from '../../src/modules/payments/refunds/refund-settlement';
import { verifyLedgerCommand } from '../../src/modules/payments/verify/verify-command';
import type { Payment } from '../../src/modules/payments/schemas/payment.schema';
import { startTestApp, type TestApp } from '../support/app';
import { expectBalanced } from '../support/payments';

type Step =
  | { does: 'tell'; status: ProviderIntentStatus }
  | { does: 'ask back'; amountMinor: number }
  | { does: 'settle'; which: number; status: 'pending' | 'succeeded' | 'failed' }
  | { does: 'desk'; which: number; amountMinor: number | null }
  | { does: 'desk fails'; which: number; amountMinor: number };

const amount = fc.integer({ min: 1, max: 1500 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant('tell' as const),
    status: fc.constantFrom('pending', 'processing', 'succeeded', 'failed', 'cancelled'),
  }),
  fc.record({ does: fc.constant('ask back' as const), amountMinor: amount }),
  fc.record({
    does: fc.constant('settle' as const),
    which: fc.nat(5),
    status: fc.constantFrom('pending', 'succeeded', 'failed'),
  }),
  fc.record({
    does: fc.constant('desk' as const),
    which: fc.nat(5),
    amountMinor: fc.option(amount),
  }),
  fc.record({ does: fc.constant('desk fails' as const), which: fc.nat(5), amountMinor: amount }),
);
/** Half the time the money has come before anything else. */
const steps = fc
  .tuple(fc.boolean(), fc.array(step, { minLength: 1, maxLength: 12 }))
  .map(([paid, rest]): Step[] => (paid ? [{ does: 'tell', status: 'succeeded' }, ...rest] : rest));
const currency = fc.constantFrom('EUR', 'JPY', 'KWD');

describe('The ledger', () => {
  let server: TestApp;
  let service: PaymentsService;
  let transactions: TransactionRunner;

  beforeAll(async () => {
    server = await startTestApp();
    service = server.get(PaymentsService);
    transactions = server.get(TransactionRunner);
    // Nothing of a domain is paid here: whether it can be had is half the time no.
    jest.spyOn(server.get(PaymentSubjects), 'of').mockReturnValue({
      paid: (_, { amountMinor }) => Promise.resolve(amountMinor % 2 === 0),
      refunded: () => Promise.resolve(),
    });
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await server.close();
  });

  const open = (amountMinor: number, of: string): Promise<Payment> =>
    transactions.run((session) =>
      service.open(session, {
        payer: new Types.ObjectId(),
        purpose: 'booking',
        subject: { kind: 'booking', id: new Types.ObjectId() },
        price: { amountMinor, currency: of },
        provider: 'sandbox',
        exclusive: true,
        nextAt: null,
        expiresAt: null,
      }),
    );

  async function take(id: Types.ObjectId, one: Step, refunds: Types.ObjectId[]): Promise<void> {
    await transactions.run(async (session) => {
      const payment = await service.hold(session, id);
      if (!payment) throw new Error('A payment.');
      switch (one.does) {
        case 'tell':
          await service.apply(session, payment, one.status);
          break;
        case 'ask back': {
          // Far from now: the sweeper must not come in between.
          const nextAt = new Date(Date.now() + 1e9);
          const asked = { amountMinor: one.amountMinor, cause: 'admin' as const, nextAt };
          const made = await server.get(RefundRequests).request(session, payment, asked);
          if (made) refunds.push(made._id);
          break;
        }
        case 'settle': {
          const which = refunds[one.which];
          if (!which || (one.status === 'succeeded' && !(await isLeft(payment, which)))) break;
          const answer = { status: one.status, providerRefundId: `r_${which.toHexString()}` };
          await server.get(RefundSettlement).settle(session, payment, which, answer);
          break;
        }
        case 'desk':
          await server.get(RefundSettlement).recordDesk(session, payment, {
            providerRefundId: `d_${id.toHexString()}_${one.which}`,
            amountMinor: one.amountMinor,
          });
          break;
        case 'desk fails':
          await server.get(RefundSettlement).recordDeskFailure(session, payment, {
            providerRefundId: `d_${id.toHexString()}_${one.which}`,
            amountMinor: one.amountMinor,
          });
      }
    });
  }

  /** A provider never gives back more than it took. */
  async function isLeft(payment: Payment, refund: Types.ObjectId): Promise<boolean> {
    const row = await server.connection.collection('refunds').findOne({ _id: refund });
    return Number(row?.amountMinor) <= payment.capturedMinor - payment.refundedMinor;
  }

  /** What must be true of a payment whatever happened. */
  async function expectSound(id: Types.ObjectId, before: Payment | null): Promise<Payment> {
    const payment = (await server.connection
      .collection('payments')
      .findOne({ _id: id })) as unknown as Payment;
    const { status, amountMinor, capturedMinor, refundedMinor, refundingMinor } = payment;
    await expectBalanced(server, id.toHexString());
    expect([0, amountMinor]).toContain(capturedMinor);
    expect(refundedMinor).toBeGreaterThanOrEqual(0);
    expect(refundingMinor).toBeGreaterThanOrEqual(0);
    // What came back from the payer's bank is not given back any more; the status stays.
    const cameBack = await server.connection
      .collection('ledger_entries')
      .countDocuments({ payment: id, kind: 'refund_failed' });
    const paid: Record<string, boolean> = {
      pending: capturedMinor === 0,
      processing: capturedMinor === 0,
      succeeded: capturedMinor === amountMinor && refundedMinor === 0,
      partially_refunded: (refundedMinor > 0 || cameBack > 0) && refundedMinor < capturedMinor,
      refunded: capturedMinor > 0 && (refundedMinor === capturedMinor || cameBack > 0),
      failed: true,
      cancelled: true,
    };
    expect([status, paid[status]]).toEqual([status, true]);
    if (before && before.status !== status) {
      const arrows = Object.values(paymentMachine.transitions);
      expect(arrows.some(({ from, to }) => to === status && from.includes(before.status))).toBe(
        true,
      );
    }
    return payment;
  }

  it('sums up to the state of a payment after every step, whatever is told and asked in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2000 }),
        currency,
        steps,
        async (amountMinor, of, told) => {
          const { _id } = await open(amountMinor, of);
          const refunds: Types.ObjectId[] = [];
          let payment = await expectSound(_id, null);
          for (const one of told) {
            await take(_id, one, refunds);
            payment = await expectSound(_id, payment);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is held against all payments by a command, which tells what does not agree', async () => {
    const said: string[] = [];
    const verify = () => verifyLedgerCommand((line) => said.push(line));
    const { _id } = await open(1500, 'EUR');
    await take(_id, { does: 'tell', status: 'succeeded' }, []);
    await take(_id, { does: 'ask back', amountMinor: 200 }, []);
    await take(_id, { does: 'desk', which: 0, amountMinor: 300 }, []);
    await take(_id, { does: 'desk fails', which: 0, amountMinor: 300 }, []);
    expect([await verify(), said.filter((line) => line.startsWith('WRONG'))]).toEqual([0, []]);

    const entries = server.connection.collection('ledger_entries');
    const payments = server.connection.collection('payments');
    const stray = new Types.ObjectId();
    for (const [tamper, mend, what] of [
      [
        () =>
          entries.updateOne({ key: `charge:${_id.toHexString()}` }, { $inc: { amountMinor: 1 } }),
        () =>
          entries.updateOne({ key: `charge:${_id.toHexString()}` }, { $inc: { amountMinor: -1 } }),
        'the ledger says 1501, the payment 1500',
      ],
      [
        () => payments.updateOne({ _id }, { $inc: { refundingMinor: 5 } }),
        () => payments.updateOne({ _id }, { $inc: { refundingMinor: -5 } }),
        'refunds of 200 wait, 205 are set aside',
      ],
      [
        () => entries.insertOne({ key: 'refund:stray', payment: stray, amountMinor: -1 }),
        () => entries.deleteOne({ key: 'refund:stray' }),
        'Entry refund:stray is of no payment',
      ],
    ] as const) {
      await tamper();
      said.length = 0;
      expect(await verify()).toBe(1);
      expect(said.join('\n')).toContain(what);
      await mend();
    }
    expect(await verify()).toBe(0);
  });

  it('never sums different currencies', async () => {
    const payment = new Types.ObjectId();
    const entry = { payment, kind: 'charge' as const, at: new Date() };
    await transactions.run(async (session) => {
      await server
        .get(Ledger)
        .append(session, { ...entry, key: 'a', amountMinor: 5, currency: 'JPY' });
      await server
        .get(Ledger)
        .append(session, { ...entry, key: 'b', amountMinor: 7, currency: 'KWD' });
      await server
        .get(Ledger)
        .append(session, { ...entry, key: 'c', amountMinor: -2, currency: 'JPY' });
    });
    expect(await server.get(Ledger).balances(payment)).toEqual([
      { amountMinor: 3, currency: 'JPY' },
      { amountMinor: 7, currency: 'KWD' },
    ]);
  });

  it('takes each record once', async () => {
    const entry = {
      payment: new Types.ObjectId(),
      kind: 'charge' as const,
      at: new Date(),
      key: 'once',
      amountMinor: 5,
      currency: 'EUR',
    };
    const append = () => transactions.run((session) => server.get(Ledger).append(session, entry));
    await append();
    await expect(append()).rejects.toThrow(/ledger_once/);
  });
});
