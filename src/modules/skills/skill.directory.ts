import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { BlockedPeople } from '../users/blocked-people';
import { LISTED, Skill } from './schemas/skill.schema';

/** True for what everybody may find, if no block stands between them and the owner. */
export function isListed({ status, ownerHidden, removed }: Skill): boolean {
  return status === 'active' && !ownerHidden && !removed;
}

/** Finds listings, and decides who may see them. */
@Injectable()
export class SkillDirectory {
  constructor(
    @InjectModel(Skill.name) private readonly skills: Model<Skill>,
    private readonly blocked: BlockedPeople,
  ) {}

  /**
   * A listing that `actor` may see: the owner their own, paused ones too; staff all of them, removed ones too; others what
   * is listed, unless one of the two has blocked the other.
   *
   * @throws DomainError NOT_FOUND
   */
  async see(actor: Actor, id: Types.ObjectId): Promise<Skill> {
    const skill = await this.skills.findById(id).lean<Skill>();
    if (!skill || !(await this.maySee(actor, skill))) throw notFound('This listing');
    return skill;
  }

  /** Listings by hexadecimal id, whoever may see them: for views of what hangs on them. */
  async named(ids: Types.ObjectId[]): Promise<Map<string, Skill>> {
    const skills = await this.skills.find({ _id: { $in: ids } }).lean<Skill[]>();
    return new Map(skills.map((skill) => [skill._id.toHexString(), skill]));
  }

  /**
   * Inside the transaction that asks for a booking: the listing, which is listed and stays so until it has committed. It
   * writes, so that a removal, a pause or a suspension at the same time conflicts with it.
   *
   * @throws DomainError CONFLICT
   */
  async hold(session: ClientSession, id: Types.ObjectId): Promise<Skill> {
    const skill = await this.skills.collection.findOneAndUpdate(
      { _id: id, ...LISTED },
      { $inc: { requests: 1 } },
      { session, returnDocument: 'after' },
    );
    if (skill) return skill as Skill;
    throw new DomainError('CONFLICT', 'This listing takes no bookings at present. Choose another.');
  }

  /**
   * Adds a review to the rating of a listing, in one update that the database computes: of two at the same time neither is
   * lost.
   */
  async rate(session: ClientSession, id: Types.ObjectId, rating: number): Promise<void> {
    await this.skills.collection.updateOne(
      { _id: id },
      [
        {
          $set: {
            ratingCount: { $add: ['$ratingCount', 1] },
            ratingSum: { $add: ['$ratingSum', rating] },
          },
        },
        { $set: { rating: { $divide: ['$ratingSum', '$ratingCount'] } } },
      ],
      { session },
    );
  }

  /** Takes one review out of the rating. Without any left there is none: 0. */
  async unrate(session: ClientSession, id: Types.ObjectId, rating: number): Promise<void> {
    await this.skills.collection.updateOne(
      { _id: id },
      [
        {
          $set: {
            ratingCount: { $subtract: ['$ratingCount', 1] },
            ratingSum: { $subtract: ['$ratingSum', rating] },
          },
        },
        {
          $set: {
            rating: {
              $cond: [{ $gt: ['$ratingCount', 0] }, { $divide: ['$ratingSum', '$ratingCount'] }, 0],
            },
          },
        },
      ],
      { session },
    );
  }

  private async maySee(actor: Actor, skill: Skill): Promise<boolean> {
    if (isStaff(actor)) return true;
    if (skill.owner.equals(actor.id)) return !skill.removed;
    return isListed(skill) && !(await this.blocked.between(actor.id, skill.owner));
  }
}
