import { Module } from '@nestjs/common';
import { ChannelsModule } from './channels/channels.module';
import { DirectMailer } from './direct-mailer';
import { Mailer } from './mailer';

/** Messages to people outside the app. */
@Module({
  imports: [ChannelsModule],
  providers: [{ provide: Mailer, useClass: DirectMailer }],
  exports: [Mailer],
})
export class NotificationsModule {}
