import { registerAs } from '@nestjs/config';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { currentEnvironment } from './current-environment';
import { developmentSecrets } from './generated-secrets';

/** The secrets of one kind of token. More than one while they are exchanged (docs/operations.md, "Secrets"). */
export interface KeyRing {
  signing: KeyObject;
  /** Every key that verifies, the signing one first. */
  accepted: [KeyObject, ...KeyObject[]];
}

/** Key objects: with a string each verification first tries to parse a public key, 0.8 ms of CPU. */
function keyRing(secret: string, alsoAccepted: string | undefined): KeyRing {
  const signing = createSecretKey(Buffer.from(secret));
  const others = alsoAccepted ? [createSecretKey(Buffer.from(alsoAccepted))] : [];
  return { signing, accepted: [signing, ...others] };
}

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
    accessKeys: keyRing(jwtSecret, environment.JWT_SECRET_ALSO_ACCEPTED),
    refreshKeys: keyRing(refreshSecret, environment.JWT_REFRESH_SECRET_ALSO_ACCEPTED),
    accessTokenSeconds: 15 * 60,
    refreshTokenSeconds: 30 * 24 * 60 * 60,
    resetTokenSeconds: 60 * 60,
    emailTokenSeconds: 24 * 60 * 60,
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
