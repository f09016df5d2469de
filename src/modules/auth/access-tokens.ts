import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { JwtService, type JwtVerifyOptions } from '@nestjs/jwt';
import { Types } from 'mongoose';
import { type Role, ROLES } from '../../common/auth/actor';
import { DomainError } from '../../common/errors/domain-error';
import { Clock } from '../../common/time/clock';
import { authConfig } from '../../config/auth.config';

/** What an access token says, once its signature has been checked. */
export interface AccessClaims {
  userId: string;
  role: Role;
  email: string;
  sid: string;
  /** Seconds since 1970. */
  exp: number;
}

/**
 * How the signature is checked, over HTTP and for sockets. The algorithm is pinned: a token must not choose how it is
 * verified (`alg: none`, or another algorithm with our key). Age is judged later, by our own clock, as an SOS may come
 * with a token past its end.
 */
export function verifyOptions({ issuer, audience }: ConfigType<typeof authConfig>) {
  return {
    algorithms: ['HS256'],
    issuer,
    audience,
    ignoreExpiration: true,
  } satisfies JwtVerifyOptions;
}

/** Signs access tokens and reads them. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
    private readonly clock: Clock,
  ) {}

  sign(
    account: { id: Types.ObjectId; role: Role; email: string },
    session: Types.ObjectId,
  ): Promise<string> {
    const issuedAt = Math.floor(this.clock.now().getTime() / 1000);
    const { role, email } = account;
    return this.jwt.signAsync({
      userId: account.id.toHexString(),
      role,
      email,
      sid: session.toHexString(),
      iat: issuedAt,
      exp: issuedAt + this.config.accessTokenSeconds,
    });
  }

  /** @throws DomainError UNAUTHENTICATED unless we signed it. Says nothing of its age. */
  async read(token: string): Promise<AccessClaims> {
    try {
      return toClaims(await this.jwt.verifyAsync<Record<string, unknown>>(token));
    } catch (error) {
      if (error instanceof DomainError) throw error;
      throw unauthenticated();
    }
  }
}

/** @throws DomainError UNAUTHENTICATED if the payload is not one of ours. */
export function toClaims(payload: Record<string, unknown>): AccessClaims {
  const { userId, role, email, sid, exp } = payload;
  if (
    isId(userId) &&
    isId(sid) &&
    typeof email === 'string' &&
    typeof exp === 'number' &&
    ROLES.includes(role as Role)
  ) {
    return { userId, role: role as Role, email, sid, exp };
  }
  throw unauthenticated();
}

export function unauthenticated(): DomainError {
  return new DomainError('UNAUTHENTICATED', 'Log in first: send a valid access token.');
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{24}$/.test(value);
}
