import { Module } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { JwtModule, JwtSecretRequestType } from '@nestjs/jwt';
import { MongooseModule } from '@nestjs/mongoose';
import { PassportModule } from '@nestjs/passport';
import { authConfig } from '../../config/auth.config';
import { IdempotencyModule } from '../../common/idempotency/idempotency.module';
import { EventsModule } from '../events/events.module';
import { DeliveriesModule } from '../notifications/deliveries/deliveries.module';
import { UsersModule } from '../users/users.module';
import { AccessKeys } from './access-keys';
import { AccessRegistry } from './access-registry';
import { AccessService } from './access.service';
import { AccessTokens, verifyOptions } from './access-tokens';
import { AccountController } from './account.controller';
import { AccountErasureService } from './account-erasure.service';
import { AdminBootstrap } from './admin-bootstrap';
import { AppealTokens } from './appeal-tokens';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { EmailController } from './emails/email.controller';
import { EmailLinks } from './emails/email-links';
import { EmailService } from './emails/email.service';
import { JwtStrategy } from './jwt.strategy';
import { ForgottenPasswordService } from './passwords/forgotten-password.service';
import { PasswordController } from './passwords/password.controller';
import { PasswordHasher } from './passwords/password-hasher';
import { PasswordProof } from './passwords/password-proof';
import { PasswordResets } from './passwords/password-resets';
import { PasswordService } from './passwords/password.service';
import { RefreshCookie } from './refresh-cookie';
import { EmailLink, EmailLinkSchema } from './schemas/email-link.schema';
import { PasswordReset, PasswordResetSchema } from './schemas/password-reset.schema';
import { Session, SessionSchema } from './schemas/session.schema';
import { SessionRevocationService } from './sessions/session-revocation.service';
import { SessionsController } from './sessions/sessions.controller';
import { SessionsService } from './sessions/sessions.service';
import { AuthPersonalData } from './auth.personal-data';

/** Who comes in: accounts' passwords, sessions, tokens, and taking all of them away again. */
@Module({
  imports: [
    EventsModule,
    IdempotencyModule,
    DeliveriesModule,
    PassportModule,
    UsersModule,
    JwtModule.registerAsync({
      inject: [authConfig.KEY],
      useFactory: (config: ConfigType<typeof authConfig>) => {
        const keys = new AccessKeys(config.accessKeys);
        return {
          // What is to be verified is a token, what is to be signed a payload.
          secretOrKeyProvider: (purpose, token) =>
            purpose === JwtSecretRequestType.VERIFY && typeof token === 'string'
              ? keys.of(token)
              : keys.signing,
          signOptions: {
            algorithm: 'HS256',
            keyid: keys.signingId,
            issuer: config.issuer,
            audience: config.audience,
          },
          verifyOptions: verifyOptions(config),
        };
      },
    }),
    MongooseModule.forFeature([
      { name: Session.name, schema: SessionSchema },
      { name: EmailLink.name, schema: EmailLinkSchema },
      { name: PasswordReset.name, schema: PasswordResetSchema },
    ]),
  ],
  controllers: [
    AuthController,
    SessionsController,
    PasswordController,
    EmailController,
    AccountController,
  ],
  providers: [
    AuthPersonalData,
    AccessRegistry,
    AccessService,
    AccessTokens,
    AccountErasureService,
    AdminBootstrap,
    AppealTokens,
    AuthService,
    EmailLinks,
    EmailService,
    ForgottenPasswordService,
    JwtStrategy,
    PasswordHasher,
    PasswordProof,
    PasswordResets,
    PasswordService,
    RefreshCookie,
    SessionRevocationService,
    SessionsService,
  ],
  exports: [AccessRegistry, AccessService, AppealTokens, PasswordProof],
})
export class AuthModule {}
