import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { coarseCell } from '../../common/geo/coarse-cell';
import { type Place, toGeoPoint } from '../../common/geo/geo';
import { Clock } from '../../common/time/clock';
import { AuditLog } from '../audit/audit-log';
import { EventLog } from '../events/event-log';
import { ActiveAccounts } from '../users/active-accounts';
import { BookingRevocation } from './bookings/booking-revocation';
import { type CreateSkillDto, DEFAULT_SERVICE_RADIUS_METERS } from './dto/create-skill.dto';
import type { UpdateSkillDto } from './dto/update-skill.dto';
import { skillEvent, type SkillEventData, type SkillEventType } from './events/skill-events';
import { toPricing } from './pricing';
import { Skill } from './schemas/skill.schema';
import { SkillDirectory } from './skill.directory';

/** Writes listings. */
@Injectable()
export class SkillsService {
  constructor(
    @InjectModel(Skill.name) private readonly skills: Model<Skill>,
    private readonly directory: SkillDirectory,
    private readonly accounts: ActiveAccounts,
    private readonly bookings: BookingRevocation,
    private readonly events: EventLog,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError VALIDATION_FAILED, ACCOUNT_SUSPENDED */
  async create(actor: Actor, wanted: CreateSkillDto): Promise<Skill> {
    const pricing = toPricing(wanted.pricing);
    return this.transactions.run(async (session) => {
      await this.accounts.hold(session, actor.id);
      const now = this.clock.now();
      const skill: Skill = {
        _id: new Types.ObjectId(),
        owner: actor.id,
        status: wanted.status ?? 'active',
        ownerHidden: false,
        removed: false,
        removedBy: null,
        seq: 1,
        requests: 0,
        title: wanted.title,
        category: wanted.category,
        description: wanted.description,
        tags: wanted.tags ?? [],
        pricing,
        availability: hours(wanted.availability),
        ...where(wanted.location),
        serviceRadiusMeters: wanted.serviceRadiusMeters ?? DEFAULT_SERVICE_RADIUS_METERS,
        ratingCount: 0,
        ratingSum: 0,
        rating: 0,
        createdAt: now,
        updatedAt: now,
      };
      await this.skills.collection.insertOne(skill, { session });
      await this.tell(session, actor, skill, 'skill.created', { status: skill.status });
      return skill;
    });
  }

  /**
   * What is sent as it is already changes nothing, and is no event.
   *
   * @throws DomainError VALIDATION_FAILED, NOT_FOUND, FORBIDDEN for others than the owner.
   */
  async update(actor: Actor, id: Types.ObjectId, changes: UpdateSkillDto): Promise<Skill> {
    const { pricing, availability, location, ...plain } = changes;
    const wanted: Document = {
      ...plain,
      ...(pricing ? { pricing: toPricing(pricing) } : {}),
      ...(availability ? { availability: hours(availability) } : {}),
      ...(location ? where(location) : {}),
    };
    const skill = await this.transactions.run(async (session) => {
      const own = { _id: id, owner: actor.id };
      const before = await this.skills.collection.findOne({ ...own, removed: false }, { session });
      if (!before) return null;
      const set = differing(wanted, before);
      // The cell follows from the place.
      const fields = Object.keys(set).filter((field) => field in changes);
      if (fields.length === 0) return before as Skill;
      const changed = await this.change(session, own, { ...set, updatedAt: this.clock.now() });
      if (changed) {
        await this.tell(session, actor, changed, 'skill.updated', { fields });
      }
      return changed;
    });
    if (skill) return skill;
    await this.directory.see(actor, id);
    throw new DomainError('FORBIDDEN', 'Only the owner of this listing can change it.');
  }

  /**
   * Takes a listing away for good; what is open of its bookings is cancelled. The document stays, for audit.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN for others than the owner and staff.
   */
  async remove(actor: Actor, id: Types.ObjectId): Promise<void> {
    const allowed = isStaff(actor) ? {} : { owner: actor.id };
    const removed = await this.transactions.run(async (session) => {
      const set = { removed: true, removedBy: actor.id, updatedAt: this.clock.now() };
      const skill = await this.change(session, { _id: id, ...allowed }, set);
      if (!skill) return false;
      await this.tell(session, actor, skill, 'skill.removed', {});
      await this.bookings.ofSkill(id);
      if (!skill.owner.equals(actor.id)) {
        await this.audit.record(actor, 'skill.removed', id, { removed: { from: false, to: true } });
      }
      return true;
    });
    if (removed) return;
    const skill = await this.directory.see(actor, id);
    if (skill.removed) throw notFound('This listing');
    throw new DomainError('FORBIDDEN', 'Only the owner of this listing can remove it.');
  }

  /**
   * Inside the transaction in which a removal by staff is taken back: the listing is there again, its bookings are not.
   *
   * @returns false where it was not removed, or its owner is gone.
   */
  async restore(session: ClientSession, actor: Actor, id: Types.ObjectId): Promise<boolean> {
    const skill = (await this.skills.collection.findOneAndUpdate(
      { _id: id, removed: true },
      {
        $set: { removed: false, removedBy: null, updatedAt: this.clock.now() },
        $inc: { seq: 1 },
      },
      { session, returnDocument: 'after' },
    )) as Skill | null;
    if (!skill) return false;
    await this.tell(session, actor, skill, 'skill.updated', { fields: ['removed'] });
    return true;
  }

  /** The one conditional update: of what was not removed. @returns the listing after it, or null. */
  private async change(
    session: ClientSession,
    filter: Filter<Document>,
    set: Document,
  ): Promise<Skill | null> {
    const changed = await this.skills.collection.findOneAndUpdate(
      { ...filter, removed: false },
      { $set: set, $inc: { seq: 1 } },
      { session, returnDocument: 'after' },
    );
    return changed as Skill | null;
  }

  private async tell<Type extends SkillEventType>(
    session: ClientSession,
    actor: Actor,
    skill: Skill,
    type: Type,
    data: SkillEventData[Type],
  ): Promise<void> {
    const role = skill.owner.equals(actor.id) ? 'owner' : 'moderator';
    await this.events.append(session, [
      skillEvent({
        skill: skill._id,
        owner: skill.owner,
        seq: skill.seq,
        type,
        actor: { id: actor.id, role },
        at: skill.updatedAt,
        data,
      }),
    ]);
  }
}

/** What of a change is another value than before. */
function differing(wanted: Document, before: Document): Document {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([field, value]) => value !== undefined && !isDeepStrictEqual(value, before[field]),
    ),
  );
}

function hours({ timeZone, slots }: CreateSkillDto['availability']): Skill['availability'] {
  return { timeZone, slots: slots.map(({ day, from, to }) => ({ day, from, to })) };
}

/** The place, and the centre of its cell, by which alone it is searched. */
function where({ latitude, longitude }: Place): Pick<Skill, 'location' | 'cell'> {
  const place = { latitude, longitude };
  return { location: toGeoPoint(place), cell: toGeoPoint(coarseCell(place)) };
}
