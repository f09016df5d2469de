import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { AcceptsUploads, type Upload, Uploads } from '../../common/files/uploads/uploads.decorator';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import { ApiData, ApiErrors, TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { RequestVerificationDto } from './dto/request-verification.dto';
import { OwnVerificationView } from './dto/verification.view.dto';
import { VerificationQueries } from './verification.queries';
import { MOST_DOCUMENT_BYTES, MOST_DOCUMENTS } from './verification.rules';
import { VerificationService } from './verification.service';

/** Asking to be verified. */
@ApiTags('Verification')
@ApiBearerAuth('access-token')
@Controller('users/me/verification')
export class VerificationController {
  constructor(
    private readonly verification: VerificationService,
    private readonly queries: VerificationQueries,
  ) {}

  @Post()
  @Idempotent()
  @RateLimit('verification')
  @AcceptsUploads({
    field: 'documents',
    mostFiles: MOST_DOCUMENTS,
    mostBytes: MOST_DOCUMENT_BYTES,
  })
  @ApiOperation({
    summary: 'Ask to be verified, with documents',
    description:
      'A form (multipart/form-data) with the fields `kind`, `note` and one part `documents` for each file. Moderators alone see the ' +
      'files; they are deleted 30 days after the decision, and at once when the request is withdrawn. One request waits at a time.',
  })
  @ApiData(OwnVerificationView, { status: 201, description: 'In the queue, with its files.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'CONFLICT', 'IDEMPOTENCY_KEY_REUSED')
  async request(
    @CurrentActor() actor: Actor,
    @Body() input: RequestVerificationDto,
    @Uploads() uploads: Upload[],
  ): Promise<OwnVerificationView> {
    await this.verification.request(actor, input, uploads);
    return this.queries.own(actor);
  }

  @Get()
  @ApiOperation({ summary: 'Whether I am verified, until when, and my last request' })
  @ApiData(OwnVerificationView)
  @ApiErrors(...TOKEN_ERRORS)
  own(@CurrentActor() actor: Actor): Promise<OwnVerificationView> {
    return this.queries.own(actor);
  }

  @Delete()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Withdraw my request that waits',
    description: 'Its documents are deleted at once. What was decided already stays.',
  })
  @ApiData(OwnVerificationView)
  @ApiErrors(...TOKEN_ERRORS, 'NOT_FOUND', 'INVALID_TRANSITION')
  async withdraw(@CurrentActor() actor: Actor): Promise<OwnVerificationView> {
    await this.verification.withdraw(actor);
    return this.queries.own(actor);
  }
}
