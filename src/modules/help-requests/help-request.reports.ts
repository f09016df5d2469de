import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { type ReportedSubject, ReportSubjects } from '../reports/report-subjects';
import { HelpRequestAccess } from './help-request.access';
import { HelpRequestsService } from './help-requests.service';
import { HelpRating } from './schemas/help-rating.schema';
import { HelpMessage } from './schemas/help-message.schema';
import { HelpOffer } from './schemas/help-offer.schema';

/** What of help requests can be reported, and by whom. An offer is the first message of its thread, and reported as one. */
@Injectable()
export class HelpRequestReports implements OnModuleInit {
  constructor(
    @InjectModel(HelpOffer.name) private readonly offers: Model<HelpOffer>,
    @InjectModel(HelpMessage.name) private readonly messages: Model<HelpMessage>,
    @InjectModel(HelpRating.name) private readonly ratings: Model<HelpRating>,
    private readonly access: HelpRequestAccess,
    private readonly service: HelpRequestsService,
    private readonly subjects: ReportSubjects,
  ) {}

  onModuleInit(): void {
    this.subjects.register('help_request', (actor, id) => this.request(actor, id), {
      remove: async (_, actor, { id }) => {
        await this.service.remove(actor, id);
        return true;
      },
    });
    this.subjects.register('message', (actor, id) => this.message(actor, id), {
      remove: async (session, _, { id }) =>
        (await this.messages.collection.deleteOne({ _id: id }, { session })).deletedCount === 1,
    });
    this.subjects.register('message', (actor, id) => this.offer(actor, id), {
      // The offer stays: its words go.
      remove: async (session, _, { id }) => {
        const silenced = { $set: { message: null } };
        const { matchedCount } = await this.offers.collection.updateOne({ _id: id }, silenced, {
          session,
        });
        return matchedCount === 1;
      },
    });
    this.subjects.register('review', (actor, id) => this.rating(actor, id), {
      remove: async (session, _, { id }) =>
        (await this.ratings.collection.deleteOne({ _id: id }, { session })).deletedCount === 1,
    });
  }

  /** By everybody who may see it. */
  private async request(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const seen = await this.access.find(actor, id);
    if (!seen) return null;
    const { requester, title, description } = seen.request;
    return { owner: requester, evidence: [title, description].join('\n') };
  }

  /**
   * By the two people of the thread: what is reported is all that moderators ever read of it. Also once a block has ended
   * their seeing it: whoever is harassed blocks first and reports then.
   */
  private async message(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const message = await this.messages.findById(id).lean<HelpMessage>();
    const offer = message && (await this.ownThread(actor, message.offer));
    return offer && { owner: message.sender, evidence: message.text };
  }

  /** What one side of a completed request says of the other: by who is rated. Words across a block they do not read. */
  private async rating(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const rating = await this.ratings.findOne({ _id: id, rated: actor.id }).lean<HelpRating>();
    return rating && { owner: rating.rater, evidence: rating.apart ? null : rating.text };
  }

  private async offer(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const offer = await this.ownThread(actor, id);
    return offer && { owner: offer.helper, evidence: offer.message };
  }

  private ownThread({ id }: Actor, offer: Types.ObjectId): Promise<HelpOffer | null> {
    return this.offers
      .findOne({ _id: offer, $or: [{ helper: id }, { requester: id }] })
      .lean<HelpOffer>();
  }
}
