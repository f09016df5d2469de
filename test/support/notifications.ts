import type { Page } from '../../src/common/http/pagination';
import { EmailService } from '../../src/modules/auth/emails/email.service';
import { DeliveryFailure } from '../../src/modules/notifications/channels/delivery-failure';
import { MailTransport } from '../../src/modules/notifications/channels/email/mail-transport';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import type {
  NotificationView,
  UnreadCountView,
} from '../../src/modules/notifications/dto/notification.view';
import type { Delivery } from '../../src/modules/notifications/schemas/delivery.schema';
import { call, must, register, type TestActor } from './actors';
import type { TestApp } from './app';
import { lastToken } from './outbox';

/** What somebody was told, newest first. */
export async function inboxOf(actor: TestActor, query = ''): Promise<NotificationView[]> {
  return must(await actor.get<Page<NotificationView>>(`/notifications${query}`)).data.items;
}

export async function unreadOf(actor: TestActor): Promise<number> {
  return must(await actor.get<UnreadCountView>('/notifications/unread-count')).data.count;
}

/** Opens the link that registering mailed: from now on mail reaches them. */
export async function confirmEmail(server: TestApp, actor: TestActor): Promise<void> {
  const token = await lastToken(server, actor.email, 'verify-email');
  must(await call(server, 'POST', '/auth/email/verify', { token }));
}

/** A message that the mail server refuses for good: the one that greets somebody new. */
export async function deadLetter(server: TestApp): Promise<string> {
  const refused = jest
    .spyOn(server.get(MailTransport), 'send')
    .mockRejectedValue(new DeliveryFailure('rejected', 'smtp_550'));
  const person = await register(server);
  await sendAll(server);
  refused.mockRestore();
  const row = await deliveries(server).findOne({ user: person.objectId, status: 'dead' });
  if (!row) throw new Error('The message was sent.');
  return row._id.toHexString();
}

/** Everything that is due goes out, or fails to. */
export async function sendAll(server: TestApp): Promise<void> {
  await server.get(EmailService).settled();
  await server.get(DeliveryWorker).settled();
}

export function deliveries(server: TestApp) {
  return server.connection.collection<Delivery>('deliveries');
}
