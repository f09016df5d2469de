import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmailService } from '../../src/modules/auth/emails/email.service';
import { DeliveryWorker } from '../../src/modules/notifications/deliveries/delivery-worker';
import type { TestApp } from './app';

export interface Mail {
  channel: string;
  to: string;
  subject: string;
  text: string;
}

/** What was mailed to an address, oldest first; with what is in the outbox still or goes out behind an answer. */
export async function mailsTo(server: TestApp, address: string): Promise<Mail[]> {
  await server.get(EmailService).settled();
  await server.get(DeliveryWorker).settled();
  const folder = join(server.dataDir, 'outbox');
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const mails = await Promise.all(
    files
      .toSorted()
      .map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Mail),
  );
  return mails.filter(({ to }) => to === address);
}

/** The link in a mail, which stands alone on its line. */
export function linkIn({ text }: Mail): URL {
  const link = text.split('\n').find((line) => /^https?:\/\/\S+$/.test(line));
  if (link === undefined) throw new Error(`No link in: ${text}`);
  return new URL(link);
}

/** The tokens that were mailed to an address in links to a page, such as `verify-email`, oldest first. */
export async function tokensMailed(
  server: TestApp,
  address: string,
  page: string,
): Promise<string[]> {
  const mails = await mailsTo(server, address);
  return mails
    .filter(({ text }) => text.includes(`/${page}?token=`))
    .map((mail) => linkIn(mail).searchParams.get('token') ?? '');
}

/** The token of the last such link. */
export async function lastToken(server: TestApp, address: string, page: string): Promise<string> {
  const token = (await tokensMailed(server, address, page)).at(-1);
  if (token === undefined) throw new Error(`No link to ${page} was mailed to ${address}.`);
  return token;
}
