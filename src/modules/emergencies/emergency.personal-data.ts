import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { toPlace } from '../../common/geo/geo';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { Alert } from './schemas/alert.schema';
import { Emergency } from './schemas/emergency.schema';
import { Message } from './schemas/message.schema';

/** What somebody raised, answered and wrote in emergencies, for the archive of their data; whom they helped is not in it. */
@Injectable()
export class EmergencyPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    @InjectModel(Alert.name) private readonly alerts: Model<Alert>,
    @InjectModel(Message.name) private readonly messages: Model<Message>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('emergencies', (requester) =>
      toldOneByOne(this.emergencies.find({ requester }).lean<Emergency[]>().cursor(), raised),
    );
    this.data.register('emergency-responses', (helper) =>
      toldOneByOne(
        this.emergencies
          .find({ 'responses.helper': helper }, { type: 1, responses: { $elemMatch: { helper } } })
          .lean<Pick<Emergency, '_id' | 'type' | 'responses'>[]>()
          .cursor(),
        answered,
      ),
    );
    this.data.register('emergency-alerts', (helper) =>
      toldOneByOne(this.alerts.find({ helper }).lean<Alert[]>().cursor(), alerted),
    );
    this.data.register('emergency-messages', (sender) =>
      toldOneByOne(this.messages.find({ sender }).lean<Message[]>().cursor(), (message) => ({
        id: message._id,
        emergencyId: message.emergency,
        text: message.text,
        createdAt: message.createdAt,
      })),
    );
  }
}

function raised(one: Emergency): object {
  const { location, endedBy, requester } = one;
  return {
    id: one._id,
    type: one.type,
    status: one.status,
    description: one.description,
    anonymous: one.anonymous,
    silent: one.silent,
    location: location && {
      ...toPlace(location.point),
      accuracyMeters: location.accuracyMeters,
      source: location.source,
      updatedAt: location.updatedAt,
    },
    radiusMeters: one.radiusMeters,
    helpers: one.responses.length,
    outcome: one.outcome,
    // What a moderator wrote is theirs.
    notes: endedBy?.equals(requester) ? one.endNotes : null,
    createdAt: one.createdAt,
    respondingAt: one.respondingAt,
    endedAt: one.endedAt,
  };
}

function answered({ _id, type, responses }: Pick<Emergency, '_id' | 'type' | 'responses'>): object {
  const own = responses[0];
  return {
    emergencyId: _id,
    type,
    status: own?.status ?? null,
    etaSeconds: own?.etaSeconds ?? null,
    respondedAt: own?.respondedAt ?? null,
    arrivedAt: own?.arrivedAt ?? null,
    arrivedNearby: own?.arrivedNearby ?? null,
  };
}

function alerted(alert: Alert): object {
  return {
    id: alert._id,
    emergencyId: alert.emergency,
    status: alert.status,
    distanceMeters: alert.distanceMeters,
    declineReason: alert.declineReason,
    queuedAt: alert.queuedAt,
    sentAt: alert.sentAt,
    deliveredAt: alert.deliveredAt,
    seenAt: alert.seenAt,
    answeredAt: alert.answeredAt,
  };
}
