import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { Notices } from '../notifications/notices';
import type { SubjectRef } from '../notifications/schemas/delivery.schema';
import { Verification } from './schemas/verification.schema';

/** What people are told beside what an event says already: inside the transaction of what caused it. */
@Injectable()
export class VerificationNotices {
  constructor(
    @InjectModel(Verification.name) private readonly verifications: Model<Verification>,
    private readonly notices: Notices,
  ) {}

  /** Somebody is not verified any more. It may happen to them again, so each time is a cause of its own. */
  async ended(session: ClientSession, user: Types.ObjectId): Promise<void> {
    const latest = await this.verifications
      .findOne({ user }, { _id: 1 })
      .session(session)
      .sort({ _id: -1 })
      .lean<Pick<Verification, '_id'>>();
    const subject: SubjectRef = latest
      ? { kind: 'verification', id: latest._id }
      : { kind: 'user', id: user };
    const key = `verification.ended:${new Types.ObjectId().toHexString()}`;
    await this.notices.notify(session, [{ to: user, kind: 'verification.ended', subject, key }]);
  }

  /** It ends soon: once for each approval. */
  async ending(session: ClientSession, { _id: id, user }: Verification): Promise<void> {
    await this.notices.notify(session, [
      {
        to: user,
        kind: 'verification.ending',
        subject: { kind: 'verification', id },
        key: `verification.ending:${id.toHexString()}`,
      },
    ]);
  }
}
