import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { Clock } from '../../../common/time/clock';
import { EventLog } from '../../events/event-log';
import { alertWithdrawnEvent } from '../events/emergency-events';
import { Emergency } from '../schemas/emergency.schema';
import { AlertLedger } from './alert-ledger';
import { AlertedPeople } from './alerted-people';

/**
 * Takes back what organizations had members told, inside the caller's transaction: the alerts that nobody is acting on.
 * Who has accepted is on the way to somebody who was told so, and goes on; they could not accept a second time.
 */
@Injectable()
export class MemberAlerts {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly ledger: AlertLedger,
    private readonly alerted: AlertedPeople,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /**
   * The organization has no part in this person's emergencies any more: their live one, if there is one. That one is written
   * also where nobody was told yet: a wave that is about to tell them conflicts with it, and asks again.
   */
  async ofRequester(
    session: ClientSession,
    organization: Types.ObjectId,
    requester: Types.ObjectId,
  ): Promise<void> {
    const live = await this.emergencies.collection.findOne(
      { requester, live: true },
      { session, projection: { _id: 1 } },
    );
    if (!live) return;
    const told = await this.alerted.toldThrough(organization, live._id, session);
    await this.takeBack(session, live._id, told);
  }

  /** This person is not to be told by the organization any more. */
  async ofMember(
    session: ClientSession,
    organization: Types.ObjectId,
    member: Types.ObjectId,
  ): Promise<void> {
    const told = await this.alerted.openThrough(organization, member, session);
    const live = await this.emergencies.collection
      .find({ _id: { $in: told }, live: true }, { session, projection: { _id: 1 } })
      .toArray();
    for (const { _id } of live) await this.takeBack(session, _id, [member]);
  }

  private async takeBack(
    session: ClientSession,
    id: Types.ObjectId,
    members: Types.ObjectId[],
  ): Promise<void> {
    // First the document that ending it writes, too: one of the two waits for the other, and what has ended keeps its answers.
    const { matchedCount } = await this.emergencies.collection.updateOne(
      { _id: id, live: true },
      { $inc: { alertsTakenBack: 1 } },
      { session },
    );
    if (matchedCount === 0) return;
    const told = await this.ledger.withdrawUnanswered(session, id, members, 'not_shared');
    if (told.length === 0) return;
    await this.events.append(session, [
      alertWithdrawnEvent(id, told, 'not_shared', this.clock.now()),
    ]);
  }
}
