import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiOperation,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Types } from 'mongoose';
import type { Actor } from '../../../../common/auth/actor';
import { CurrentActor } from '../../../../common/auth/current-actor.decorator';
import { IdParam } from '../../../../common/http/id-param.decorator';
import {
  ApiData,
  ApiErrors,
  TOKEN_ERRORS,
} from '../../../../common/swagger/api-envelope.decorators';
import { AbsentOr } from '../../../../common/validation/absent-or.decorator';
import { PaymentDto } from '../../dto/payment.view.dto';
import { SandboxCards } from './sandbox-cards';
import { SANDBOX_OUTCOMES, type SandboxOutcome } from './sandbox-outcomes';

export class ConfirmSandboxDto {
  @ApiPropertyOptional({
    enum: SANDBOX_OUTCOMES,
    example: 'success',
    description:
      'Left out: by the amount, in minor units. 4002: decline, 4003: requires_action, 4004: late_success; others succeed, ' +
      'and 4005 is given back by the provider two seconds later.',
  })
  @AbsentOr()
  @IsIn(SANDBOX_OUTCOMES)
  outcome?: SandboxOutcome;
}

/** Not there in production. */
@ApiTags('Payments')
@ApiBearerAuth('access-token')
@Controller('payments')
export class SandboxController {
  constructor(private readonly cards: SandboxCards) {}

  @Post(':id/sandbox/confirm')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sandbox: pay, with a card that behaves as asked',
    description:
      'For who pays. `requires_action` leaves it pending: confirm again. `late_success` fails it, and two seconds later the ' +
      'money comes all the same, and goes back. A repeat changes nothing; another outcome than the settled one is INVALID_TRANSITION.',
  })
  @ApiBody({ type: ConfirmSandboxDto, required: false })
  @ApiData(PaymentDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'FORBIDDEN', 'NOT_FOUND', 'INVALID_TRANSITION')
  confirm(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: ConfirmSandboxDto,
  ): Promise<PaymentDto> {
    return this.cards.confirm(actor, id, body?.outcome);
  }
}
