import { Body, Controller, Get, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCookieAuth,
  ApiOperation,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { Public } from '../../common/auth/route-access.decorators';
import { invalidField } from '../../common/errors/domain-error';
import { idempotencyKey } from '../../common/idempotency/idempotency-key';
import { ApiIdempotencyKey, REPLAYED_HEADER } from '../../common/idempotency/idempotent.decorator';
import { ApiData, ApiErrors, TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';
import { RateLimit } from '../../common/throttle/rate-limit.decorator';
import { UserView } from '../users/dto/user.view';
import { UsersService } from '../users/users.service';
import { AuthService } from './auth.service';
import { LoggedInView } from './dto/logged-in.view';
import { LoginDto } from './dto/login.dto';
import { RefreshDto } from './dto/refresh.dto';
import { RegisterDto } from './dto/register.dto';
import { TokensView } from './dto/tokens.view';
import { RefreshCookie } from './refresh-cookie';

/** What a session's list shows of a device; longer ones say nothing more. */
const USER_AGENT_LENGTH = 300;

@ApiTags('Auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly users: UsersService,
    private readonly cookie: RefreshCookie,
  ) {}

  @Post('register')
  @Public()
  @RateLimit('register')
  @ApiOperation({ summary: 'Make an account and log in' })
  @ApiIdempotencyKey()
  @ApiData(LoggedInView, { status: 201, description: 'Made; with the cookie `refresh_token`.' })
  @ApiErrors('VALIDATION_FAILED', 'EMAIL_TAKEN', 'IDEMPOTENCY_KEY_REUSED')
  async register(
    @Body() input: RegisterDto,
    @Headers('user-agent') userAgent: string | undefined,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoggedInView> {
    const loggedIn = await this.auth.register(input, shortened(userAgent), idempotencyKey(key));
    if (loggedIn.replayed) void reply.header(REPLAYED_HEADER, 'true');
    return { user: loggedIn.user, ...this.cookie.deliver(reply, loggedIn, input.tokenDelivery) };
  }

  @Post('login')
  @Public()
  @RateLimit('login')
  @HttpCode(200)
  @ApiOperation({ summary: 'Log in' })
  @ApiData(LoggedInView, { description: 'Logged in; with the cookie `refresh_token`.' })
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'ACCOUNT_SUSPENDED')
  async logIn(
    @Body() input: LoginDto,
    @Headers('user-agent') userAgent: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoggedInView> {
    const loggedIn = await this.auth.logIn(input, shortened(userAgent));
    return { user: loggedIn.user, ...this.cookie.deliver(reply, loggedIn, input.tokenDelivery) };
  }

  @Post('refresh')
  @Public()
  @RateLimit('refresh')
  @HttpCode(200)
  @ApiCookieAuth('refresh-cookie')
  // The cookie or, without it, the body.
  @ApiSecurity({})
  @ApiBody({ type: RefreshDto, required: false })
  @ApiOperation({
    summary: 'Get new tokens',
    description:
      'With the cookie, or with `refreshToken` in the body. Each refresh token is used once; when its answer was lost, ' +
      'the same token may be sent again and gives the same successor, until that one is used. Anything older closes the ' +
      'session (REFRESH_TOKEN_REUSED).',
  })
  @ApiData(TokensView, { description: 'New tokens; with the cookie `refresh_token`.' })
  @ApiErrors('VALIDATION_FAILED', 'UNAUTHENTICATED', 'REFRESH_TOKEN_REUSED', 'ACCOUNT_SUSPENDED')
  async refresh(
    @Body() input: RefreshDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokensView> {
    const fromBody = input.refreshToken;
    if (input.tokenDelivery === 'body' && fromBody === undefined) {
      // Threat: a script injected into our page could have the browser's cookie exchanged for a token it can read.
      throw invalidField('tokenDelivery', 'body is for those who send refreshToken in the body');
    }
    const issued = await this.auth.refresh(fromBody ?? this.cookie.read(request));
    return this.cookie.deliver(reply, issued, input.tokenDelivery);
  }

  @Get('me')
  @ApiBearerAuth('access-token')
  @ApiOperation({ summary: 'Who am I?' })
  @ApiData(UserView)
  @ApiErrors(...TOKEN_ERRORS)
  me(@CurrentActor() actor: Actor): Promise<UserView> {
    return this.users.view(actor.id);
  }
}

function shortened(userAgent: string | undefined): string | null {
  return userAgent ? userAgent.slice(0, USER_AGENT_LENGTH) : null;
}
