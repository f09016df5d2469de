import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import type { Place } from '../../../common/geo/geo';

/** Whom one organization wants told of the emergencies of one of its members. */
export interface AlertAudience {
  organization: Types.ObjectId;
  members: Types.ObjectId[];
  /** How far from the emergency they are told, in metres; null: however far. */
  reachMeters: number | null;
  /** Where those are taken to be of whom nothing was heard lately; null: they are not told. */
  home: Place | null;
}

export interface MemberAlerts {
  organization: Types.ObjectId;
  members: Types.ObjectId[];
  requester: Types.ObjectId;
}

/** Somebody who knows people to alert beside the verified helpers. Where they are and whether they are free is asked here. */
export interface AlertSource {
  /** For an SOS of this person that is not anonymous; most people have none. */
  audiencesOf(requester: Types.ObjectId): Promise<AlertAudience[]>;
  /**
   * Which of these members are still to be told, and may answer: asked again in the transaction that writes their alerts, and
   * in the one in which they accept.
   */
  stillTold(session: ClientSession, alerts: MemberAlerts): Promise<Types.ObjectId[]>;
}

/** Lets organizations have their members alerted, without emergencies knowing organizations. */
@Injectable()
export class AlertSources implements AlertSource {
  private readonly sources: AlertSource[] = [];

  register(source: AlertSource): void {
    this.sources.push(source);
  }

  async audiencesOf(requester: Types.ObjectId): Promise<AlertAudience[]> {
    const found = await Promise.all(this.sources.map((source) => source.audiencesOf(requester)));
    return found.flat();
  }

  async stillTold(session: ClientSession, alerts: MemberAlerts): Promise<Types.ObjectId[]> {
    const told: Types.ObjectId[] = [];
    for (const source of this.sources) told.push(...(await source.stillTold(session, alerts)));
    return told;
  }
}
