import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { appConfig } from '../../config/app.config';
import { authConfig } from '../../config/auth.config';
import type { Issued } from './auth.service';
import type { TokenDelivery } from './dto/token-delivery';
import type { TokensView } from './dto/tokens.view';

const NAME = 'refresh_token';

/**
 * The refresh token in a cookie that scripts cannot read (cross-site scripting cannot steal it) and that other sites
 * cannot make a browser send with a POST (SameSite).
 */
@Injectable()
export class RefreshCookie {
  constructor(
    @Inject(appConfig.KEY) private readonly app: ConfigType<typeof appConfig>,
    @Inject(authConfig.KEY) private readonly auth: ConfigType<typeof authConfig>,
  ) {}

  read(request: FastifyRequest): string | undefined {
    return request.cookies[NAME];
  }

  /** Hands the tokens over: the refresh token goes into the cookie, or into the data. */
  deliver(reply: FastifyReply, issued: Issued, delivery: TokenDelivery = 'cookie'): TokensView {
    const { accessToken, refreshToken } = issued;
    const expiresIn = this.auth.accessTokenSeconds;
    if (delivery === 'body') return { accessToken, expiresIn, refreshToken };
    void reply.setCookie(NAME, refreshToken, {
      ...this.attributes,
      maxAge: this.auth.refreshTokenSeconds,
    });
    return { accessToken, expiresIn };
  }

  clear(reply: FastifyReply): void {
    void reply.clearCookie(NAME, this.attributes);
  }

  private get attributes() {
    return {
      httpOnly: true,
      sameSite: 'lax',
      path: '/api/v1/auth',
      secure: this.app.production,
    } as const;
  }
}
