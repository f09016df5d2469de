import { PartialType } from '@nestjs/swagger';
import { CreateSkillDto } from './create-skill.dto';

/** Only what is to change. `pricing`, `availability` and `tags` are replaced as a whole. */
export class UpdateSkillDto extends PartialType(CreateSkillDto, { skipNullProperties: false }) {}
