import { Body, Controller, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { Roles } from '../../common/auth/route-access.decorators';
import { IdParam } from '../../common/http/id-param.decorator';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import { ApiData, ApiErrors } from '../../common/swagger/api-envelope.decorators';
import { BODY_ERRORS } from './body-errors';
import { BusinessModerationService } from './business-moderation.service';
import { BusinessesQueries } from './businesses.queries';
import { BusinessDto } from './dto/business.view.dto';
import { VerifyBusinessDto } from './dto/verify-business.dto';

@ApiTags('Administration')
@ApiBearerAuth('access-token')
@Roles('moderator', 'admin')
@Controller('admin/businesses')
export class AdminBusinessesController {
  constructor(
    private readonly moderation: BusinessModerationService,
    private readonly queries: BusinessesQueries,
  ) {}

  @Patch(':id')
  @Idempotent({ replay: BusinessesQueries })
  @ApiOperation({
    summary: 'Verify a business, or take it back',
    description:
      'For moderators and admins. Recorded, and told to owner and managers. Send the `revision` that you looked at.',
  })
  @ApiData(BusinessDto)
  @ApiErrors(...BODY_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'INVALID_TRANSITION')
  async verify(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: VerifyBusinessDto,
  ): Promise<BusinessDto> {
    await this.moderation.verify(actor, id, body);
    return this.queries.view(actor, id);
  }
}
