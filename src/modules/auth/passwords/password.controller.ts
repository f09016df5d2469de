import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import { Public } from '../../../common/auth/route-access.decorators';
import { ApiErrors, ApiNoData } from '../../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../../common/throttle/rate-limit.decorator';
import { ChangePasswordDto } from '../dto/change-password.dto';
import { ForgotPasswordDto } from '../dto/forgot-password.dto';
import { ResetPasswordDto } from '../dto/reset-password.dto';
import { ForgottenPasswordService } from './forgotten-password.service';
import { PasswordService } from './password.service';

@ApiTags('Auth')
@Controller('auth/password')
export class PasswordController {
  constructor(
    private readonly passwords: PasswordService,
    private readonly forgotten: ForgottenPasswordService,
  ) {}

  @Post()
  @RateLimit('password')
  @HttpCode(200)
  @ApiBearerAuth('access-token')
  @ApiOperation({ summary: 'Change my password', description: 'Ends every other session.' })
  @ApiNoData({ description: 'Changed.' })
  @ApiErrors(
    'VALIDATION_FAILED',
    'UNAUTHENTICATED',
    'TOKEN_EXPIRED',
    'INVALID_CREDENTIALS',
    'ACCOUNT_SUSPENDED',
  )
  change(@CurrentActor() actor: Actor, @Body() input: ChangePasswordDto): Promise<void> {
    return this.passwords.change(actor, input.currentPassword, input.newPassword);
  }

  @Post('forgot')
  @Public()
  @RateLimit('forgotPassword')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Mail me a link to reset my password',
    description: 'The answer is the same whether there is an account with this address or not.',
  })
  @ApiNoData({ description: 'If there is such an account, a mail is on its way.' })
  @ApiErrors('VALIDATION_FAILED')
  forgot(@Body() { email }: ForgotPasswordDto): Promise<void> {
    return this.forgotten.sendLink(email);
  }

  @Post('reset')
  @Public()
  @RateLimit('resetPassword')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Set a new password with the token from the mail',
    description: 'The token works once, within an hour. Ends every session.',
  })
  @ApiNoData({ description: 'Set. Log in with the new password.' })
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CREDENTIALS')
  reset(@Body() { token, newPassword }: ResetPasswordDto): Promise<void> {
    return this.passwords.reset(token, newPassword);
  }
}
