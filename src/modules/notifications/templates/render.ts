import { Types } from 'mongoose';
import type { NotificationKind } from '../notification-kinds';
import { ruleOf } from '../notification-kinds';
import type { NoticeMoney, NoticeParam } from '../schemas/notification.schema';
import { de } from './de';
import { en } from './en';
import type { Locale } from './locales';
import type { Texts } from './texts';

export const TEXTS: Record<Locale, Texts> = { en, de };

/** What a name takes up at most of a sentence, in characters; names are shorter, by their own rule. */
const LONGEST_NAME = 80;

export interface ToRender {
  kind: NotificationKind;
  params: Record<string, NoticeParam>;
  /** The name of who did it, as it is now; null for an account that is not there any more, or nobody. */
  actorName: string | null;
}

export interface Rendered {
  title: string;
  body: string;
}

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

/** Title and body as plain text, each of one line. */
export function render(locale: Locale, { kind, params, actorName }: ToRender): Rendered {
  const texts = TEXTS[locale];
  const { title, body } = texts.kinds[kind];
  const filled = body.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'actor' ? plain(actorName ?? texts.nobody) : plain(shown(locale, params[name])),
  );
  return { title, body: filled };
}

/**
 * The same as a mail. The subject is the title, which nobody can put anything into; the link stands alone on its line, so that
 * every mail reader makes it one, and nothing in a name can make another such line.
 */
export function renderMail(locale: Locale, notice: ToRender, link: string): RenderedMail {
  const { title, body } = render(locale, notice);
  const { open, why, account } = TEXTS[locale];
  const reason = ruleOf(notice.kind).always ? account : why;
  return {
    subject: title,
    text: [body, '', open, '', link, '', reason].join('\n'),
    html: [
      `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escape(title)}</title></head><body>`,
      `<p>${escape(body)}</p>`,
      `<p><a href="${escape(link)}">${escape(open.replace(/:$/, ''))}</a></p>`,
      `<p><small>${escape(reason)}</small></p>`,
      '</body></html>',
    ].join('\n'),
  };
}

/** One line of what somebody wrote: without controls, line ends of any kind and marks that turn the direction of what follows. */
function plain(value: string): string {
  const line = value
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return [...line].slice(0, LONGEST_NAME).join('');
}

function shown(locale: Locale, value: NoticeParam | undefined): string {
  if (value === undefined || value instanceof Types.ObjectId) return '';
  if (typeof value === 'number') return new Intl.NumberFormat(locale).format(value);
  if (value instanceof Date) {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(value);
  }
  return money(locale, value);
}

function money(locale: Locale, { amountMinor, currency }: NoticeMoney): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
