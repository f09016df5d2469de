import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import { Public } from '../../../common/auth/route-access.decorators';
import {
  ApiErrors,
  ApiNoData,
  TOKEN_ERRORS,
} from '../../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../../common/throttle/rate-limit.decorator';
import { ChangeEmailDto } from '../dto/change-email.dto';
import { VerifyEmailDto } from '../dto/verify-email.dto';
import { EmailService } from './email.service';

@ApiTags('Auth')
@Controller('auth/email')
export class EmailController {
  constructor(private readonly emails: EmailService) {}

  @Post('verification')
  @RateLimit('emailVerification')
  @HttpCode(200)
  @ApiBearerAuth('access-token')
  @ApiOperation({
    summary: 'Mail me the link to confirm my address again',
    description: 'Registering sent one already. Five links may be on their way at once.',
  })
  @ApiNoData({ description: 'A mail is on its way.' })
  @ApiErrors(...TOKEN_ERRORS, 'CONFLICT')
  sendAgain(@CurrentActor() actor: Actor): Promise<void> {
    return this.emails.sendAgain(actor);
  }

  @Post('change')
  @RateLimit('emailChange')
  @HttpCode(200)
  @ApiBearerAuth('access-token')
  @ApiOperation({
    summary: 'Use another e-mail address',
    description:
      'Mails a link to the new address and tells the old one, which stays until the link is opened. The answer is the same ' +
      'whether somebody has an account with the new address or not. Changing the password stops it.',
  })
  @ApiNoData({ description: 'A mail is on its way to the new address.' })
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'INVALID_CREDENTIALS')
  change(@CurrentActor() actor: Actor, @Body() input: ChangeEmailDto): Promise<void> {
    return this.emails.requestChange(actor, input.newEmail, input.password);
  }

  @Post('verify')
  @Public()
  @RateLimit('verifyEmail')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Confirm an address, or change to it, with the token from the mail',
    description: 'The token works once, within a day, and for the address it was sent to.',
  })
  @ApiNoData({ description: 'Confirmed.' })
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'EMAIL_TAKEN')
  verify(@Body() { token }: VerifyEmailDto): Promise<void> {
    return this.emails.verify(token);
  }
}
