import type { Page } from '../../src/common/http/pagination';
import type {
  NotificationView,
  UnreadCountView,
} from '../../src/modules/notifications/dto/notification.view';
import { must, type TestActor } from './actors';
import { lastToken } from './outbox';
import type { TestApp } from './app';
import { call } from './actors';

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
