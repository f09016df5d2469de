import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { type ReportedSubject, ReportSubjects } from '../reports/report-subjects';
import { EmergencyAccess } from './emergency.access';
import { Emergency } from './schemas/emergency.schema';
import { Message } from './schemas/message.schema';

/** What of an emergency can be reported, and by whom. */
@Injectable()
export class EmergencyReports implements OnModuleInit {
  constructor(
    @InjectModel(Message.name) private readonly messages: Model<Message>,
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly access: EmergencyAccess,
    private readonly subjects: ReportSubjects,
  ) {}

  onModuleInit(): void {
    this.subjects.register('emergency', (actor, id) => this.emergency(actor, id), {
      // An SOS is never taken away: its words are.
      remove: async (session, _, { id }) => {
        const { modifiedCount } = await this.emergencies.collection.updateOne(
          { _id: id, description: { $ne: null } },
          { $set: { description: null } },
          { session },
        );
        return modifiedCount === 1;
      },
    });
    this.subjects.register('message', (actor, id) => this.message(actor, id), {
      remove: async (session, _, { id }) =>
        (await this.messages.collection.deleteOne({ _id: id }, { session })).deletedCount === 1,
    });
  }

  /** By everybody who may see it. */
  private async emergency(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const seen = await this.access.find(actor, id);
    return seen && { owner: seen.emergency.requester, evidence: seen.emergency.description };
  }

  /** By those who may read the chat. */
  private async message(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const message = await this.messages.findById(id).lean<Message>();
    if (!message) return null;
    const role = (await this.access.find(actor, message.emergency))?.viewer.role;
    if (role !== 'requester' && role !== 'responder') return null;
    return { owner: message.sender, evidence: message.text };
  }
}
