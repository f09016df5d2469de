import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { Clock } from '../../../common/time/clock';
import { AccountSanctions } from '../../admin/account-sanctions';
import { EventLog } from '../../events/event-log';
import { TrustLedger } from '../../trust/trust-ledger';
import { AccountStandingService } from '../../users/account-standing.service';
import {
  type Standing,
  UserLifecycle,
  type UserLifecycleListener,
} from '../../users/user-lifecycle';
import { ReportSubjects } from '../report-subjects';
import type { Report } from '../schemas/report.schema';
import { decidedEvent, moderationEvent } from './decision-events';
import { Decision } from './schemas/decision.schema';

/** What follows from a decision, and what is taken back when it does not hold. */
@Injectable()
export class DecisionEffects implements UserLifecycleListener, OnModuleInit {
  constructor(
    @InjectModel(Decision.name) private readonly decisions: Model<Decision>,
    private readonly subjects: ReportSubjects,
    private readonly sanctions: AccountSanctions,
    private readonly trust: TrustLedger,
    private readonly standings: AccountStandingService,
    private readonly events: EventLog,
    private readonly lifecycle: UserLifecycle,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.lifecycle.register(this);
  }

  /** Who was let in again stays in: a suspension of before does not come back when an appeal ends a later one. */
  async onStandingChanged(person: Types.ObjectId, standing: Standing): Promise<void> {
    if (standing !== 'active') return;
    await this.decisions.updateMany(
      { person, action: { $in: ['suspend', 'ban'] }, liftedAt: null },
      { $set: { liftedAt: this.clock.now() } },
    );
  }

  /**
   * Inside the transaction of the decision.
   *
   * @param reports those that it decides, as they were.
   * @returns whether it took the thing away.
   * @throws DomainError CONFLICT (details: organizationIds) for the last admin of an organization.
   */
  async apply(
    session: ClientSession,
    actor: Actor,
    decision: Decision,
    reports: Report[],
  ): Promise<boolean> {
    const { subject, person, action, until, _id, at } = decision;
    const condemned = { id: subject.id, owner: person };
    const removed =
      action === 'remove' && (await this.subjects.remove(session, actor, subject.kind, condemned));
    if (person && (action === 'suspend' || action === 'ban')) {
      await this.sanctions.suspend(session, person, { until, decision: _id });
    }
    if (person && action !== 'dismiss' && (await this.standings.of(person))?.status !== 'erased') {
      await this.trust.reportUpheld(session, { subject: person, report: decision.report, action });
    }
    const events = reports.map(({ _id: report, reporter }) =>
      decidedEvent({ report, reporter, dismissed: action === 'dismiss', at }),
    );
    await this.events.append(session, [
      ...events,
      ...(action === 'dismiss' ? [] : moderationEvent('moderation.decided', decision, at)),
    ]);
    return removed;
  }

  /**
   * Inside the transaction in which an appeal is granted: a suspension ends unless another decision holds one, and what was
   * removed comes back where its module can bring it back.
   *
   * @returns whether the thing is there again; null where none was removed.
   */
  async takeBack(
    session: ClientSession,
    actor: Actor,
    decision: Decision,
  ): Promise<boolean | null> {
    const { subject, person, action, _id } = decision;
    if (person && (action === 'suspend' || action === 'ban')) {
      await this.sanctions.overturn(
        session,
        person,
        _id,
        await this.stillHolding(session, decision),
      );
    }
    if (person) {
      await this.trust.reportOverturned(session, { subject: person, report: decision.report });
    }
    if (!decision.removed) return null;
    return this.subjects.restore(session, actor, subject.kind, { id: subject.id, owner: person });
  }

  /** Inside the transaction in which an appeal is answered: the person hears of it. */
  async tellOfAppeal(
    session: ClientSession,
    decision: Decision,
    outcome: 'uphold' | 'overturn',
  ): Promise<void> {
    const type = outcome === 'overturn' ? 'moderation.overturned' : 'moderation.appeal_rejected';
    await this.events.append(session, moderationEvent(type, decision, this.clock.now()));
  }

  /** Of the other suspensions that run the one that ends last. */
  private async stillHolding(session: ClientSession, { _id, person }: Decision) {
    const rows = (await this.decisions.collection
      .find(
        {
          _id: { $ne: _id },
          person,
          action: { $in: ['suspend', 'ban'] },
          overturnedAt: null,
          liftedAt: null,
          $or: [{ until: null }, { until: { $gt: this.clock.now() } }],
        },
        { session },
      )
      .toArray()) as Decision[];
    const end = ({ until }: Decision) => until?.getTime() ?? Infinity;
    const [longest] = rows.toSorted((a, b) => end(b) - end(a));
    return longest ? { until: longest.until, decision: longest._id } : null;
  }
}
