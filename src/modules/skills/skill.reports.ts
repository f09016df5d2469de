import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { DomainError } from '../../common/errors/domain-error';
import { type ReportedSubject, ReportSubjects } from '../reports/report-subjects';
import { BookingAccess } from './bookings/booking.access';
import { BookingNotes } from './bookings/booking-notes';
import { ReviewsService } from './reviews/reviews.service';
import { SkillsService } from './skills.service';
import { SkillDirectory } from './skill.directory';

/** Lets listings and bookings be reported by those who may see them. */
@Injectable()
export class SkillReports implements OnModuleInit {
  constructor(
    private readonly subjects: ReportSubjects,
    private readonly skills: SkillDirectory,
    private readonly bookings: BookingAccess,
    private readonly listings: SkillsService,
    private readonly notes: BookingNotes,
    private readonly reviews: ReviewsService,
  ) {}

  onModuleInit(): void {
    this.subjects.register('skill', (actor, id) => seen(this.listing(actor, id)), {
      remove: async (_, actor, { id }) => {
        await this.listings.remove(actor, id);
        return true;
      },
      restore: (session, actor, { id }) => this.listings.restore(session, actor, id),
    });
    this.subjects.register('booking', (actor, id) => seen(this.booking(actor, id)), {
      remove: (session, _, { id, owner }) => this.notes.remove(session, id, owner),
    });
    this.subjects.register('review', (actor, id) => seen(this.review(actor, id)), {
      remove: (session, _, { id }) => this.reviews.remove(session, id),
    });
  }

  private async listing(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject> {
    const { owner, title, description, tags } = await this.skills.see(actor, id);
    return { owner, evidence: [title, description, ...tags].join('\n') };
  }

  /** By everybody who may read it beside its listing. */
  private async review(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject> {
    const { author, text } = await this.reviews.see(actor, id);
    return { owner: author, evidence: text };
  }

  /** Of the other one, with what they wrote: what the reporter wrote would stay when the reporter's account is erased. */
  private async booking(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject> {
    const { booking, viewer } = await this.bookings.see(actor, id);
    const { note, reason, endedBy, client } = booking;
    const owner = viewer === 'owner' ? client : booking.owner;
    const theirs = [owner.equals(client) ? note : null, endedBy?.equals(owner) ? reason : null];
    const evidence = theirs.filter((text) => text !== null).join('\n');
    return { owner, evidence: evidence || null };
  }
}

async function seen(subject: Promise<ReportedSubject>): Promise<ReportedSubject | null> {
  try {
    return await subject;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}
