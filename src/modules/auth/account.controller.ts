import { Body, Controller, Delete, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { ApiErrors, ApiNoData } from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { AccountErasureService } from './account-erasure.service';
import { DeleteAccountDto } from './dto/delete-account.dto';
import { RefreshCookie } from './refresh-cookie';

@ApiTags('Users')
@ApiBearerAuth('access-token')
@Controller('users/me')
export class AccountController {
  constructor(
    private readonly erasure: AccountErasureService,
    private readonly cookie: RefreshCookie,
  ) {}

  @Delete()
  @RateLimit('password')
  @ApiOperation({
    summary: 'Delete my account',
    description:
      'Erases everything personal and ends every session. Refused while an SOS of mine is live.',
  })
  @ApiNoData({ description: 'Erased.' })
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'TOKEN_EXPIRED',
    'INVALID_CREDENTIALS',
    'ACCOUNT_SUSPENDED',
    'EMERGENCY_ALREADY_LIVE',
    'CONFLICT',
  )
  async erase(
    @CurrentActor() actor: Actor,
    @Body() { password }: DeleteAccountDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.erasure.erase(actor, password);
    this.cookie.clear(reply);
  }
}
