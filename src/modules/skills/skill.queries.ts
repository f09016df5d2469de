import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import {
  behindCursor,
  type Page,
  type PageQuery,
  sortBy,
  type SortOrder,
  toSortedPage,
} from '../../common/http/pagination';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { UsersService } from '../users/users.service';
import type { SkillDto } from './dto/skill.view.dto';
import { Skill } from './schemas/skill.schema';
import { SkillDirectory } from './skill.directory';
import { skillView } from './skill.view';

const NEWEST: SortOrder = { name: 'newest', field: '_id', direction: -1, kind: 'id' };

/** Reads listings, each as the caller may see it. */
@Injectable()
export class SkillQueries implements ReplayView {
  constructor(
    @InjectModel(Skill.name) private readonly skills: Model<Skill>,
    private readonly directory: SkillDirectory,
    private readonly users: UsersService,
  ) {}

  /** A repeated change shows the listing as it is now, if it is there still. */
  replay(actor: Actor, { id }: Record<string, string>): Promise<SkillDto> {
    return this.view(actor, new Types.ObjectId(id));
  }

  /** @throws DomainError NOT_FOUND */
  async view(actor: Actor, id: Types.ObjectId): Promise<SkillDto> {
    return this.show(actor, await this.directory.see(actor, id));
  }

  /** A listing that `actor` may see. */
  async show(actor: Actor, skill: Skill): Promise<SkillDto> {
    const people = await this.users.publicNames([skill.owner]);
    const precision = skill.owner.equals(actor.id) ? 'exact' : 'coarse';
    return skillView(skill, { people, precision });
  }

  /** One's own, paused ones among them, newest first. */
  async mine(actor: Actor, { limit, cursor }: PageQuery): Promise<Page<SkillDto>> {
    const rows = await this.skills
      .find({ owner: actor.id, removed: false, ...behindCursor(NEWEST, cursor) })
      .sort(sortBy(NEWEST))
      .limit(limit + 1)
      .lean<Skill[]>();
    const people = await this.users.publicNames([actor.id]);
    return toSortedPage(NEWEST, rows, limit, (skill) =>
      skillView(skill, { people, precision: 'exact' }),
    );
  }
}
