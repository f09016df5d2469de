import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { ConfigType } from '@nestjs/config';
import { Clock } from '../../../common/time/clock';
import { channelsConfig } from '../../../config/channels.config';
import { UsersModule } from '../../users/users.module';
import { DevicesController } from '../devices/devices.controller';
import { DevicesService } from '../devices/devices.service';
import { Device, DeviceSchema } from '../devices/schemas/device.schema';
import { Channels } from './channels';
import { EmailChannel } from './email/email.channel';
import { MailTransport } from './email/mail-transport';
import { OutboxMailTransport } from './email/outbox-mail-transport';
import { SmtpMailTransport } from './email/smtp-mail-transport';
import { MissingProviders } from './missing-providers';
import { OutboxFolder } from './outbox-folder';
import { OutboxPushSender } from './push/outbox-push-sender';
import { PushChannel } from './push/push.channel';
import { PushSender } from './push/push-sender';
import { WebPushSender } from './push/web-push-sender';
import { HttpSmsSender } from './sms/http-sms-sender';
import { OutboxSmsSender } from './sms/outbox-sms-sender';
import { SmsChannel } from './sms/sms.channel';
import { SmsSender } from './sms/sms-sender';

type Config = ConfigType<typeof channelsConfig>;

/** The ways out: each a real one where its provider is configured, files otherwise. */
@Module({
  imports: [MongooseModule.forFeature([{ name: Device.name, schema: DeviceSchema }]), UsersModule],
  controllers: [DevicesController],
  providers: [
    Channels,
    DevicesService,
    EmailChannel,
    MissingProviders,
    PushChannel,
    SmsChannel,
    OutboxFolder,
    OutboxMailTransport,
    OutboxPushSender,
    OutboxSmsSender,
    {
      provide: MailTransport,
      inject: [channelsConfig.KEY, OutboxMailTransport],
      useFactory: ({ smtpUrl, mailFrom }: Config, files: OutboxMailTransport) =>
        smtpUrl ? new SmtpMailTransport({ url: smtpUrl, from: mailFrom }) : files,
    },
    {
      provide: PushSender,
      inject: [channelsConfig.KEY, OutboxPushSender, Clock],
      useFactory: ({ vapid, pushToLoopback }: Config, files: OutboxPushSender, clock: Clock) =>
        vapid ? new WebPushSender({ vapid, loopback: pushToLoopback }, clock) : files,
    },
    {
      provide: SmsSender,
      inject: [channelsConfig.KEY, OutboxSmsSender, Clock],
      useFactory: ({ smsProviderUrl }: Config, files: OutboxSmsSender, clock: Clock) =>
        smsProviderUrl ? new HttpSmsSender(smsProviderUrl, clock) : files,
    },
  ],
  exports: [Channels, MailTransport],
})
export class ChannelsModule {}
