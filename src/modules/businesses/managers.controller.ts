import { Controller, Delete, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { IdParam } from '../../common/http/id-param.decorator';
import {
  ApiData,
  ApiErrors,
  ApiNoData,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { BusinessManagersService } from './business-managers.service';
import { BusinessesQueries } from './businesses.queries';
import { BusinessDto } from './dto/business.view.dto';

@ApiTags('Businesses')
@ApiBearerAuth('access-token')
@Controller('businesses/:id/managers')
export class ManagersController {
  constructor(
    private readonly managers: BusinessManagersService,
    private readonly queries: BusinessesQueries,
  ) {}

  @Put(':userId')
  @ApiOperation({
    summary: 'Make somebody a manager',
    description:
      'For the owner. A manager changes the business and its promotions; at most 20. Repeating it changes nothing.',
  })
  @ApiData(BusinessDto)
  @ApiErrors(
    'VALIDATION_FAILED',
    ...TOKEN_ERRORS,
    'FORBIDDEN',
    'NOT_FOUND',
    'CONFLICT',
    'INVALID_TRANSITION',
  )
  async add(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('userId') userId: Types.ObjectId,
  ): Promise<BusinessDto> {
    await this.managers.add(actor, id, userId);
    return this.queries.view(actor, id);
  }

  @Delete(':userId')
  @ApiOperation({
    summary: 'Remove a manager, or leave',
    description: 'For the owner; a manager may remove themselves.',
  })
  @ApiNoData()
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'INVALID_TRANSITION')
  async remove(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @IdParam('userId') userId: Types.ObjectId,
  ): Promise<null> {
    await this.managers.remove(actor, id, userId);
    return null;
  }
}
