import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { Alert, PENDING_ALERT } from '../schemas/alert.schema';

/** Pending, or could still be turned into an acceptance; of emergencies that have ended, too. */
const OPEN: Filter<Document> = { $in: [...PENDING_ALERT, 'declined', 'withdrawn'] };

/** Reads who has which alert, inside a transaction that ends some of them. */
@Injectable()
export class AlertedPeople {
  constructor(@InjectModel(Alert.name) private readonly alerts: Model<Alert>) {}

  /** Of which emergencies somebody has an alert that they could still accept; ended ones may be among them. */
  openEmergenciesOf(helper: Types.ObjectId, session: ClientSession): Promise<Types.ObjectId[]> {
    return this.emergenciesOf({ helper, status: OPEN }, session);
  }

  /** To which emergencies somebody was alerted as the member of an organization. */
  toldAsMember(member: Types.ObjectId, session: ClientSession): Promise<Types.ObjectId[]> {
    return this.emergenciesOf({ helper: member, via: { $exists: true } }, session);
  }

  /** The same as `openEmergenciesOf`, of those that one organization had them told of. */
  openThrough(
    organization: Types.ObjectId,
    member: Types.ObjectId,
    session: ClientSession,
  ): Promise<Types.ObjectId[]> {
    return this.emergenciesOf(
      { helper: member, status: OPEN, 'via.organization': organization },
      session,
    );
  }

  /** Whom an organization had told of an emergency. */
  async toldThrough(
    organization: Types.ObjectId,
    emergency: Types.ObjectId,
    session: ClientSession,
  ): Promise<Types.ObjectId[]> {
    const rows = await this.alerts.collection
      .find({ emergency, 'via.organization': organization }, { session, projection: { helper: 1 } })
      .toArray();
    return rows.map((row) => row.helper as Types.ObjectId);
  }

  private async emergenciesOf(
    filter: Filter<Document>,
    session: ClientSession,
  ): Promise<Types.ObjectId[]> {
    const rows = await this.alerts.collection
      .find(filter, { session, projection: { emergency: 1 } })
      .toArray();
    return rows.map((row) => row.emergency as Types.ObjectId);
  }
}
