import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { decodeCursor, type Page, toPage } from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock } from '../../common/time/clock';
import { AuditLog } from '../audit/audit-log';
import { DecisionEffects } from '../reports/decisions/decision-effects';
import { Decision } from '../reports/decisions/schemas/decision.schema';
import { Report } from '../reports/schemas/report.schema';
import { AccountStandingService } from '../users/account-standing.service';
import { appealMachine } from './appeal.transitions';
import { toQueuedAppealView } from './appeal.view';
import type { DecideAppealDto, ListAppealsQuery } from './dto/appeal.dto';
import type { QueuedAppealView } from './dto/appeal.view';
import { Appeal } from './schemas/appeal.schema';

/** Answers appeals: another moderator than who decided looks again. */
@Injectable()
export class AppealDecisionsService implements ReplayView {
  constructor(
    @InjectModel(Appeal.name) private readonly appeals: Model<Appeal>,
    @InjectModel(Decision.name) private readonly decisions: Model<Decision>,
    @InjectModel(Report.name) private readonly reports: Model<Report>,
    private readonly effects: DecisionEffects,
    private readonly standings: AccountStandingService,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** A repeated action shows the appeal as it is now: what it says is not kept with the answer. */
  replay(actor: Actor, { id }: Record<string, string>): Promise<QueuedAppealView> {
    return this.show(actor, new Types.ObjectId(id));
  }

  /** Oldest first, without the reader's own. That it was read is recorded: people write there what happened to them. */
  async list(
    actor: Actor,
    { limit, cursor, status }: ListAppealsQuery,
  ): Promise<Page<QueuedAppealView>> {
    const after = cursor && new Types.ObjectId(String(decodeCursor(cursor, ['id'])[0]));
    await this.audit.access(actor, 'appeals', actor.id);
    const rows = await this.appeals
      .find({
        ...(status ? { status } : {}),
        ...(after ? { _id: { $gt: after } } : {}),
        person: { $ne: actor.id },
      })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean<Appeal[]>();
    const decisions = await this.decisions
      .find({ _id: { $in: rows.map(({ decision }) => decision) } })
      .lean<Decision[]>();
    const known = new Map(decisions.map((one) => [one._id.toHexString(), one]));
    return toPage(
      rows,
      limit,
      ({ _id }) => [_id.toHexString()],
      (row) => toQueuedAppealView(row, known.get(row.decision.toHexString()) ?? null),
    );
  }

  /** @throws DomainError NOT_FOUND, also for one's own. */
  async show(actor: Actor, id: Types.ObjectId): Promise<QueuedAppealView> {
    const appeal = await this.find(actor, id);
    const decision = await this.decisions.findById(appeal.decision).lean<Decision>();
    return toQueuedAppealView(appeal, decision);
  }

  /**
   * @throws DomainError NOT_FOUND, FORBIDDEN for whoever made the decision or reported the thing, and for moderators where it is about staff;
   * INVALID_TRANSITION (details: status) once it is answered.
   */
  async decide(
    actor: Actor,
    id: Types.ObjectId,
    { outcome, reason }: DecideAppealDto,
  ): Promise<void> {
    await this.transactions.run(
      async (session) => {
        const appeal = await this.find(actor, id);
        const decision = await this.decisions.findById(appeal.decision).lean<Decision>();
        if (!decision) throw notFound('This appeal');
        await this.refuse(actor, decision);
        const set = { answer: reason, decidedBy: actor.id, decidedAt: this.clock.now() };
        const before = await moveStatus(this.appeals, session, appealMachine, outcome, { id, set });
        if (!before) {
          const { status } = appeal;
          throw new DomainError('INVALID_TRANSITION', `It is ${status} already.`, { status });
        }
        if (outcome === 'overturn') await this.overturn(session, actor, id, decision);
        await this.effects.tellOfAppeal(session, decision, outcome);
        await this.audit.record(
          actor,
          'appeal.decided',
          id,
          { outcome: { from: null, to: outcome }, reason: { from: null, to: reason } },
          appeal.person,
        );
      },
      { about: id.toHexString() },
    );
  }

  private async overturn(
    session: ClientSession,
    actor: Actor,
    id: Types.ObjectId,
    decision: Decision,
  ): Promise<void> {
    await this.decisions.collection.updateOne(
      { _id: decision._id },
      { $set: { overturnedAt: this.clock.now() } },
      { session },
    );
    const restored = await this.effects.takeBack(session, actor, decision);
    await this.appeals.collection.updateOne({ _id: id }, { $set: { restored } }, { session });
  }

  private async find(actor: Actor, id: Types.ObjectId): Promise<Appeal> {
    const appeal = await this.appeals
      .findOne({ _id: id, person: { $ne: actor.id } })
      .lean<Appeal>();
    if (!appeal) throw notFound('This appeal');
    return appeal;
  }

  private async refuse(
    actor: Actor,
    { _id: decision, moderator, person }: Decision,
  ): Promise<void> {
    if (moderator.equals(actor.id)) {
      throw new DomainError(
        'FORBIDDEN',
        'You made this decision: somebody else looks at it again.',
      );
    }
    if (await this.reports.exists({ reporter: actor.id, decision })) {
      throw new DomainError('FORBIDDEN', 'You reported this yourself: leave it to somebody else.');
    }
    if (person) await this.standings.leaveStaffToAdmins(actor, person);
  }
}
