import { registerAs } from '@nestjs/config';
import { createSecretKey } from 'node:crypto';
import { resolve } from 'node:path';
import { currentEnvironment } from './current-environment';
import { developmentSecrets } from './generated-secrets';

/** Tokens, passwords and the first admin. */
export const authConfig = registerAs('auth', () => {
  const environment = currentEnvironment();
  const generated =
    environment.JWT_SECRET && environment.JWT_REFRESH_SECRET
      ? undefined
      : developmentSecrets(resolve(environment.DATA_DIR));
  const jwtSecret = environment.JWT_SECRET ?? generated?.jwtSecret ?? '';
  const refreshSecret = environment.JWT_REFRESH_SECRET ?? generated?.jwtRefreshSecret ?? '';
  return {
    /** A key object: with a string each verification first tries to parse a public key, 0.8 ms of CPU. */
    accessKey: createSecretKey(Buffer.from(jwtSecret)),
    refreshKey: createSecretKey(Buffer.from(refreshSecret)),
    accessTokenSeconds: 15 * 60,
    refreshTokenSeconds: 30 * 24 * 60 * 60,
    resetTokenSeconds: 60 * 60,
    issuer: 'allynet',
    audience: 'allynet-clients',
    bcryptRounds: environment.BCRYPT_ROUNDS,
    bootstrapAdmin:
      environment.BOOTSTRAP_ADMIN_EMAIL && environment.BOOTSTRAP_ADMIN_PASSWORD
        ? {
            email: environment.BOOTSTRAP_ADMIN_EMAIL,
            password: environment.BOOTSTRAP_ADMIN_PASSWORD,
          }
        : undefined,
  };
});
