import { Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { IdParam } from '../../common/http/id-param.decorator';
import type { Page } from '../../common/http/pagination';
import {
  ApiErrors,
  ApiNoData,
  ApiPage,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { BlocksService } from './blocks.service';
import { BlockedUserView } from './dto/blocked-user.view';

@ApiTags('Users')
@ApiBearerAuth('access-token')
@Controller('users/me/blocks')
export class BlocksController {
  constructor(private readonly blocks: BlocksService) {}

  @Get()
  @ApiOperation({ summary: 'Whom I blocked', description: 'Always one page.' })
  @ApiPage(BlockedUserView)
  @ApiErrors(...TOKEN_ERRORS)
  async list(@CurrentActor() actor: Actor): Promise<Page<BlockedUserView>> {
    return { items: await this.blocks.list(actor), nextCursor: null };
  }

  @Put(':userId')
  @ApiOperation({
    summary: 'Block somebody',
    description:
      'The two are never matched, either way, and what they share now ends. Repeating it changes nothing.',
  })
  @ApiNoData({ description: 'Blocked.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND', 'CONFLICT')
  add(@CurrentActor() actor: Actor, @IdParam('userId') user: Types.ObjectId): Promise<void> {
    return this.blocks.add(actor, user);
  }

  @Delete(':userId')
  @ApiOperation({ summary: 'End a block', description: 'Repeating it changes nothing.' })
  @ApiNoData({ description: 'Not blocked.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS)
  remove(@CurrentActor() actor: Actor, @IdParam('userId') user: Types.ObjectId): Promise<void> {
    return this.blocks.remove(actor, user);
  }
}
