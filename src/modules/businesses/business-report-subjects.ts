import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { Clock } from '../../common/time/clock';
import { type ReportedSubject, ReportSubjects } from '../reports/report-subjects';
import { BusinessAccess } from './business.access';
import { promotionsFor } from './business.view';
import { BusinessesService } from './businesses.service';
import { PromotionsService } from './promotions/promotions.service';
import { Business } from './schemas/business.schema';

/** What of businesses can be reported, and by whom: what they may see. */
@Injectable()
export class BusinessReportSubjects implements OnModuleInit {
  constructor(
    @InjectModel(Business.name) private readonly businesses: Model<Business>,
    private readonly access: BusinessAccess,
    private readonly subjects: ReportSubjects,
    private readonly service: BusinessesService,
    private readonly promotions: PromotionsService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.subjects.register('business', (actor, id) => this.business(actor, id), {
      remove: async (_, actor, { id }) => {
        await this.service.remove(actor, id);
        return true;
      },
      restore: (session, actor, { id }) => this.service.restore(session, actor, id),
    });
    this.subjects.register('promotion', (actor, id) => this.promotion(actor, id), {
      remove: async (_, actor, { id }) => {
        const there = { promotions: { $elemMatch: { _id: id, removedAt: null } } };
        const holder = await this.businesses.findOne(there, { _id: 1 }).lean();
        if (!holder) return false;
        await this.promotions.remove(actor, holder._id, id);
        return true;
      },
    });
  }

  private async business(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const seen = await this.access.find(actor, id);
    if (!seen) return null;
    const { owner, name, description } = seen.business;
    return { owner, evidence: `${name}\n\n${description}` };
  }

  private async promotion(actor: Actor, id: Types.ObjectId): Promise<ReportedSubject | null> {
    const holder = await this.businesses.findOne({ 'promotions._id': id }, { _id: 1 }).lean();
    const seen = holder && (await this.access.find(actor, holder._id));
    if (!seen) return null;
    const shown = promotionsFor(seen.business, {
      role: seen.role,
      now: this.clock.now(),
      from: 'its page',
    });
    const promotion = shown.find(({ _id }) => _id.equals(id));
    if (!promotion) return null;
    return {
      owner: seen.business.owner,
      evidence: `${promotion.title}\n\n${promotion.description}`,
    };
  }
}
