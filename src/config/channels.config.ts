import { registerAs } from '@nestjs/config';
import { currentEnvironment } from './current-environment';

/** How people are reached outside the app. What is not set is written to files under `DATA_DIR/outbox/` outside production. */
export const channelsConfig = registerAs('channels', () => {
  const environment = currentEnvironment();
  const publicUrl = new URL(
    environment.PUBLIC_URL ?? `http://localhost:${String(environment.PORT)}`,
  );
  return {
    smtpUrl: environment.SMTP_URL,
    mailFrom: environment.MAIL_FROM ?? `AllyNet <no-reply@${publicUrl.hostname}>`,
    vapid:
      environment.VAPID_PUBLIC_KEY && environment.VAPID_PRIVATE_KEY
        ? {
            publicKey: environment.VAPID_PUBLIC_KEY,
            privateKey: environment.VAPID_PRIVATE_KEY,
            // Whom a push service asks when something is wrong with what we send (RFC 8292, section 2.1).
            subject:
              publicUrl.protocol === 'https:'
                ? publicUrl.origin
                : `mailto:no-reply@${publicUrl.hostname}`,
          }
        : undefined,
    /** For tests and development alone: push endpoints on this machine, which are refused otherwise. */
    pushToLoopback: environment.PUSH_TO_LOOPBACK === 'on',
    smsProviderUrl: environment.SMS_PROVIDER_URL,
  };
});
