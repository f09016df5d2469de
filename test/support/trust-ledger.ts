import { Types } from 'mongoose';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { DAY } from '../../src/common/time/clock';
import { TrustRebuild } from '../../src/modules/trust/rebuild/trust-rebuild';
import { TrustLedger } from '../../src/modules/trust/trust-ledger';
import type { TestApp } from './app';

/** What makes trust, without the domain it comes from: for many of them, and for races. */
export type TrustStep =
  | { does: 'rescue'; helper: Types.ObjectId; by: Types.ObjectId }
  | { does: 'help' | 'booking'; helper: Types.ObjectId; by: Types.ObjectId; rating: number }
  | { does: 'report'; subject: Types.ObjectId };

/** As the domains do it: in a transaction of its own. */
export async function takeStep(server: TestApp, step: TrustStep): Promise<void> {
  const ledger = server.get(TrustLedger);
  const id = new Types.ObjectId();
  await server.get(TransactionRunner).run(async (session) => {
    switch (step.does) {
      case 'rescue':
        return ledger.rescueConfirmed(session, { ...step, emergency: id });
      case 'help':
        return ledger.helpRated(session, { ...step, request: id });
      case 'booking':
        return ledger.bookingReviewed(session, { ...step, booking: id });
      case 'report':
        return ledger.reportUpheld(session, { ...step, report: id, action: 'suspend' });
    }
  });
}

/** Accounts as most are, written at once. */
export async function people(server: TestApp, count: number): Promise<Types.ObjectId[]> {
  const createdAt = new Date(server.clock.now().getTime() - 365 * DAY);
  const rows = Array.from({ length: count }, (_, index) => ({
    _id: new Types.ObjectId(),
    displayName: `Person ${index}`,
    status: 'active',
    role: 'user',
    trustScore: 500,
    emailVerified: index % 4 !== 3,
    createdAt,
  }));
  await server.connection.collection('users').insertMany(rows);
  return rows.map(({ _id }) => _id);
}

/** How many scores are not what their events say. */
export async function differing(server: TestApp): Promise<number> {
  return (await server.get(TrustRebuild).run()).differed;
}

export async function cachedScore(server: TestApp, person: Types.ObjectId): Promise<number> {
  const user = await server.connection.collection('users').findOne({ _id: person });
  return Number(user?.trustScore);
}
