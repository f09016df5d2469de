import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { authConfig } from '../../config/auth.config';
import { AccessKeys } from './access-keys';
import { type AccessClaims, toClaims, verifyOptions } from './access-tokens';

/** Takes the access token from the `Authorization` header and checks its signature. JwtAuthGuard decides the rest. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(@Inject(authConfig.KEY) config: ConfigType<typeof authConfig>) {
    const keys = new AccessKeys(config.accessKeys);
    super({
      // Never from the query string: those end up in logs and histories.
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // passport-jwt hands the key on to jsonwebtoken, which takes key objects; its types do not say so.
      secretOrKeyProvider: (_request, token: string, done) =>
        done(null, keys.of(token) as unknown as Buffer),
      ...verifyOptions(config),
    });
  }

  validate(payload: Record<string, unknown>): AccessClaims {
    return toClaims(payload);
  }
}
