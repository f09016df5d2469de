import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Actor } from '../../common/auth/actor';
import {
  EXPIRED_TOKEN_ALLOWED,
  PUBLIC_ROUTE,
  SUSPENDED_ALLOWED,
} from '../../common/auth/route-access.decorators';
import { DomainError } from '../../common/errors/domain-error';
import { AccessService } from './access.service';
import { type AccessClaims, unauthenticated } from './access-tokens';

/** Closes every route that is not `@Public()` to whoever has no valid access token. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(
    private readonly reflector: Reflector,
    private readonly access: AccessService,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    // Global guards run for socket messages too, which have no headers: a socket is authenticated at its handshake.
    if (context.getType() !== 'http' || this.is(PUBLIC_ROUTE, context)) return true;
    await super.canActivate(context);
    const request = context.switchToHttp().getRequest<{ user: AccessClaims | Actor }>();
    request.user = await this.access.admit(request.user as AccessClaims, {
      allowExpired: this.is(EXPIRED_TOKEN_ALLOWED, context),
      allowSuspended: this.is(SUSPENDED_ALLOWED, context),
    });
    return true;
  }

  /** Passport says in many ways that there is no valid token; the client gets one answer for all of them. */
  override handleRequest<Claims>(error: unknown, claims: Claims | false): Claims {
    if (error && !(error instanceof DomainError)) throw error;
    if (error || !claims) throw unauthenticated();
    return claims;
  }

  private is(mark: string, context: ExecutionContext): boolean {
    return (
      this.reflector.getAllAndOverride<boolean | undefined>(mark, [
        context.getHandler(),
        context.getClass(),
      ]) ?? false
    );
  }
}
