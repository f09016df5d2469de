import { Module } from '@nestjs/common';
import { Mailer } from './mailer';
import { OutboxMailer } from './outbox-mailer';

/** Messages to people outside the app. */
@Module({
  providers: [{ provide: Mailer, useClass: OutboxMailer }],
  exports: [Mailer],
})
export class NotificationsModule {}
