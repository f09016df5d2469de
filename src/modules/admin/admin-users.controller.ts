import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { Roles } from '../../common/auth/route-access.decorators';
import { IdParam } from '../../common/http/id-param.decorator';
import type { Page } from '../../common/http/pagination';
import { ApiData, ApiErrors, ApiPage } from '../../common/swagger/api-envelope.decorators';
import { ListUsersQuery } from '../users/dto/list-users.query';
import { UserView } from '../users/dto/user.view';
import { UpdateUserDto } from './dto/update-user.dto';
import { UserModerationService } from './user-moderation.service';

@ApiTags('Administration')
@ApiBearerAuth('access-token')
@Roles('moderator', 'admin')
@Controller('admin/users')
export class AdminUsersController {
  constructor(private readonly moderation: UserModerationService) {}

  @Get()
  @ApiOperation({
    summary: 'Accounts, newest first',
    description:
      'For moderators and admins. `helper=true&verified=false` are the helpers who wait to be verified.',
  })
  @ApiPage(UserView)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', 'UNAUTHENTICATED', 'TOKEN_EXPIRED', 'FORBIDDEN')
  list(@CurrentActor() actor: Actor, @Query() query: ListUsersQuery): Promise<Page<UserView>> {
    return this.moderation.list(actor, query);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One account',
    description:
      'For moderators and admins. The location is coarse: the centre of a cell of 500 m. That you looked is recorded.',
  })
  @ApiData(UserView)
  @ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'TOKEN_EXPIRED', 'FORBIDDEN', 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam('id') id: Types.ObjectId): Promise<UserView> {
    return this.moderation.view(actor, id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Verify, suspend, give a role',
    description:
      'For moderators and admins; roles, and the accounts of staff, for admins alone. Takes effect at once, on HTTP and ' +
      'sockets. Each change is recorded.',
  })
  @ApiData(UserView)
  @ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'TOKEN_EXPIRED', 'FORBIDDEN', 'NOT_FOUND')
  change(
    @CurrentActor() actor: Actor,
    @IdParam('id') id: Types.ObjectId,
    @Body() changes: UpdateUserDto,
  ): Promise<UserView> {
    return this.moderation.change(actor, id, changes);
  }
}
