import { Body, Controller, Get, Patch, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { PlaceDto } from '../../common/geo/place.dto';
import { IdParam } from '../../common/http/id-param.decorator';
import { ApiData, ApiErrors, TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';
import { LocationView } from './dto/location.view';
import { PublicProfile } from './dto/public-profile.view';
import { UpdateHelperDto } from './dto/update-helper.dto';
import { UpdateProfileDto } from './dto/update-profile.dto';
import { UserView } from './dto/user.view';
import { UsersService } from './users.service';

@ApiTags('Users')
@ApiBearerAuth('access-token')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
  @ApiOperation({ summary: 'My account' })
  @ApiData(UserView)
  @ApiErrors(...TOKEN_ERRORS)
  me(@CurrentActor() actor: Actor): Promise<UserView> {
    return this.users.view(actor.id);
  }

  @Patch('me')
  @ApiOperation({ summary: 'Change my profile', description: 'What is left out stays as it is.' })
  @ApiData(UserView)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS)
  update(@CurrentActor() actor: Actor, @Body() changes: UpdateProfileDto): Promise<UserView> {
    return this.users.updateProfile(actor, changes);
  }

  @Put('me/location')
  @ApiOperation({
    summary: 'Where I am now',
    description: 'Keeps the latest position alone. Helpers are found by it for 24 hours.',
  })
  @ApiData(LocationView)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS)
  locate(@CurrentActor() actor: Actor, @Body() place: PlaceDto): Promise<LocationView> {
    return this.users.recordLocation(actor.id, {
      latitude: place.latitude,
      longitude: place.longitude,
      accuracyMeters: place.accuracyMeters ?? null,
    });
  }

  @Patch('me/helper')
  @ApiOperation({
    summary: 'Offer help, pause, or stop',
    description: 'Alerts come once an operator has verified the helper as well.',
  })
  @ApiData(UserView)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS)
  updateHelper(@CurrentActor() actor: Actor, @Body() settings: UpdateHelperDto): Promise<UserView> {
    return this.users.updateHelper(actor, settings);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'Somebody’s public profile',
    description: 'Accounts that are suspended, erased, or blocked either way are not found.',
  })
  @ApiData(PublicProfile)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  profile(@CurrentActor() actor: Actor, @IdParam('id') id: Types.ObjectId): Promise<PublicProfile> {
    return this.users.publicProfile(actor, id);
  }
}
