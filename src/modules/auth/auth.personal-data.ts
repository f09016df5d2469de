import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PersonalData, toldOneByOne } from '../data-protection/personal-data';
import { EmailLink } from './schemas/email-link.schema';
import { Session } from './schemas/session.schema';

/** Log-ins and links on their way, for the archive of somebody's data. Hashes of tokens are nobody's to read. */
@Injectable()
export class AuthPersonalData implements OnModuleInit {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    @InjectModel(EmailLink.name) private readonly links: Model<EmailLink>,
    private readonly data: PersonalData,
  ) {}

  onModuleInit(): void {
    this.data.register('sessions', (user) =>
      toldOneByOne(this.sessions.find({ user }).lean<Session[]>().cursor(), (session) => ({
        id: session._id,
        userAgent: session.userAgent,
        createdAt: session.createdAt,
        lastUsedAt: session.lastUsedAt,
        expiresAt: session.expiresAt,
        revokedAt: session.revokedAt,
      })),
    );
    this.data.register('email-links', (user) =>
      toldOneByOne(this.links.find({ user }).lean<EmailLink[]>().cursor(), (link) => ({
        id: link._id,
        email: link.email,
        expiresAt: link.expiresAt,
      })),
    );
  }
}
