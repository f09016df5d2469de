import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import { ApiData, ApiErrors, TOKEN_ERRORS } from '../../../common/swagger/api-envelope.decorators';
import { PreferencesDto } from '../dto/preferences.dto';
import { PreferencesView } from '../dto/preferences.view';
import { PreferencesService } from './preferences.service';

@ApiTags('Notifications')
@ApiBearerAuth('access-token')
@Controller('users/me/notification-preferences')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get()
  @ApiOperation({ summary: 'How I want to be told' })
  @ApiData(PreferencesView)
  @ApiErrors(...TOKEN_ERRORS)
  view(@CurrentActor() actor: Actor): Promise<PreferencesView> {
    return this.preferences.view(actor.id);
  }

  @Put()
  @ApiOperation({
    summary: 'Choose language, channels and quiet hours',
    description:
      'Replaces all of it. The inbox and open connections get everything, whatever is chosen here.',
  })
  @ApiData(PreferencesView)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS)
  replace(@CurrentActor() actor: Actor, @Body() input: PreferencesDto): Promise<PreferencesView> {
    return this.preferences.replace(actor, input);
  }
}
