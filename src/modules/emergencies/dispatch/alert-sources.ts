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

export interface MemberAlert {
  organization: Types.ObjectId;
  member: Types.ObjectId;
  requester: Types.ObjectId;
}

/** Somebody who knows people to alert beside the verified helpers. Where they are and whether they are free is asked here. */
export interface AlertSource {
  /** For an SOS of this person that is not anonymous; most people have none. */
  audiencesOf(requester: Types.ObjectId): Promise<AlertAudience[]>;
  /** Whether a member who was told may still answer: asked again in the transaction in which they accept. */
  mayAnswer(session: ClientSession, alert: MemberAlert): Promise<boolean>;
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

  async mayAnswer(session: ClientSession, alert: MemberAlert): Promise<boolean> {
    for (const source of this.sources) {
      if (await source.mayAnswer(session, alert)) return true;
    }
    return false;
  }
}
