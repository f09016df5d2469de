import { Injectable } from '@nestjs/common';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import type { ReplayView } from '../../common/idempotency/idempotent.decorator';
import { UsersService } from '../users/users.service';
import type { SkillDto } from './dto/skill.view.dto';
import type { Skill } from './schemas/skill.schema';
import { SkillDirectory } from './skill.directory';
import { skillView } from './skill.view';

/** Reads listings, each as the caller may see it. */
@Injectable()
export class SkillQueries implements ReplayView {
  constructor(
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
}
