import { Body, Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { ApiData, ApiErrors, TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { DataExportsService } from './data-exports.service';
import { LatestExport, RequestedExport, RequestExportDto } from './dto/data-export.dto';

/** What is kept of me, to take away. */
@ApiTags('Users')
@ApiBearerAuth('access-token')
@Controller('users/me/export')
export class DataProtectionController {
  constructor(private readonly exports: DataExportsService) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @RateLimit('password')
  @ApiOperation({
    summary: 'Have an archive made of all my data',
    description:
      'A zip of JSON files, usually ready within seconds: GET it then. It needs my password, unless I logged in within the last ' +
      'hour. One is made at a time: while it is, a repeat answers with that one. Three a day. It is deleted after seven days, and ' +
      'when a newer one is ready.',
  })
  @ApiData(RequestedExport, { status: 202, description: 'Being made.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'INVALID_CREDENTIALS')
  async request(
    @CurrentActor() actor: Actor,
    @Body() { password }: RequestExportDto,
  ): Promise<RequestedExport> {
    return { export: await this.exports.request(actor, password) };
  }

  @Get()
  @ApiOperation({
    summary: 'The archive of my data that I asked for last',
    description: 'With a link to download it, which holds for five minutes: ask again for another.',
  })
  @ApiData(LatestExport)
  @ApiErrors(...TOKEN_ERRORS)
  async find(@CurrentActor() actor: Actor): Promise<LatestExport> {
    return { export: await this.exports.find(actor) };
  }
}
