import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { TransactionRunner } from '../../../common/database/transaction-runner';
import { toPlace } from '../../../common/geo/geo';
import { Clock, later } from '../../../common/time/clock';
import { EventLog, type NewEvent } from '../../events/event-log';
import { AlertLedger, toldOf } from '../alerts/alert-ledger';
import { alertWithdrawnEvent } from '../events/emergency-events';
import { PUSH_AFTER_MS } from '../escalation/escalation.policy';
import { Emergency } from '../schemas/emergency.schema';
import type { DispatchDecision } from './dispatch.policy';
import { waveEvent } from './wave-event';
import type { ClaimedWave } from './wave-leases';

export interface DecidedWave extends ClaimedWave {
  decision: DispatchDecision;
  /** Whose unanswered alerts lie out of reach now. */
  takeBack?: Types.ObjectId[];
  /** Asked in the transaction: what of the decision still holds. */
  recheck?: (session: ClientSession, decision: DispatchDecision) => Promise<DispatchDecision>;
  /** What must still be true beside the lease. */
  condition?: Filter<Document>;
  /** What is due next, as the fields of the emergency say it. */
  next: Document;
}

/** Commits waves: what they change of the emergency, the alerts, and the events that tell of it, in one transaction. */
@Injectable()
export class WaveWriter {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly ledger: AlertLedger,
    private readonly events: EventLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** Writes nothing when somebody accepted, ended or moved it, or another node claimed it since: that one decides. */
  async commit(wave: DecidedWave): Promise<void> {
    await this.transactions.run((session) => this.write(session, wave), {
      about: wave.emergency._id.toHexString(),
    });
  }

  private async write(session: ClientSession, decided: DecidedWave): Promise<void> {
    const { emergency, token, takeBack = [], condition = {}, next, recheck } = decided;
    const { _id: id, location, dispatch } = emergency;
    if (!location) return;
    const decision = recheck ? await recheck(session, decided.decision) : decided.decision;
    const now = this.clock.now();
    const wave = dispatch.wave + 1;
    const alerts = decision.alert.length + decision.alertAgain.length > 0;
    const { matchedCount } = await this.emergencies.collection.updateOne(
      {
        ...condition,
        _id: id,
        live: true,
        'dispatch.lease.token': token,
        'dispatch.wave': dispatch.wave,
      },
      {
        $set: {
          ...next,
          'dispatch.wave': alerts ? wave : dispatch.wave,
          'dispatch.lease': null,
        },
        // The earliest of what is due: where nothing is, this.
        ...(alerts ? { $min: { escalateAt: later(now, PUSH_AFTER_MS) } } : {}),
      },
      { session },
    );
    if (matchedCount === 0) return;
    const takenBack = await this.ledger.withdrawUnanswered(session, id, takeBack, 'out_of_reach');
    const place = toPlace(location.point);
    const rows = this.ledger.newRows(id, wave, decision.alert, place, now);
    await this.ledger.insert(session, rows);
    const again = await this.ledger.alertAgain(session, id, wave, decision.alertAgain, place, now);
    const news: NewEvent[] = [];
    if (takenBack.length > 0) news.push(alertWithdrawnEvent(id, takenBack, 'out_of_reach', now));
    if (alerts) news.push(waveEvent(emergency, wave, [...rows.map(toldOf), ...again], now));
    await this.events.append(session, news);
  }
}
