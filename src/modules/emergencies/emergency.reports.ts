import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { type ReportedSubject, ReportSubjects } from '../reports/report-subjects';
import { EmergencyAccess } from './emergency.access';
import { Message } from './schemas/message.schema';

/** What of an emergency can be reported, and by whom. */
@Injectable()
export class EmergencyReports implements OnModuleInit {
  constructor(
    @InjectModel(Message.name) private readonly messages: Model<Message>,
    private readonly access: EmergencyAccess,
    private readonly subjects: ReportSubjects,
  ) {}

  onModuleInit(): void {
    this.subjects.register('emergency', (actor, id) => this.emergency(actor, id));
    this.subjects.register('message', (actor, id) => this.message(actor, id));
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
