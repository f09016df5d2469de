import * as fc from 'fast-check';
import { NOTIFICATION_KINDS, type NotificationKind } from '../notification-kinds';
import { LOCALES } from './locales';
import { render, renderMail, TEXTS } from './render';

const KINDS = Object.keys(NOTIFICATION_KINDS) as NotificationKind[];
const LINK = 'https://api.example.org/help-requests/665f1c2ab7e4d2f3a1b0c9d8';
const NAMED: NotificationKind = 'help_offer.created';

/** Names as no form lets them in, and worse. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '&lt;b&gt;',
    'Ada\r\nBcc: everybody@example.org',
    'Ada\nhttps://evil.example/\nfoo',
    'Ada\u2028https://evil.example/\u2029',
    '\u202Eelpmaxe',
    '{actor}',
    '$& $1 $` ',
    '--></title></p>',
  ),
);

const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];

describe('The texts of notifications', () => {
  it.each(LOCALES)(
    'say every kind in %s, with a title that is the same for everybody',
    (locale) => {
      expect(Object.keys(TEXTS[locale].kinds).toSorted()).toEqual(KINDS.toSorted());
      for (const { title, body } of Object.values(TEXTS[locale].kinds)) {
        expect(title).toMatch(/^[^{}\n]{3,80}$/);
        expect(body).toMatch(/^[^\n]{3,200}$/);
        expect(body.replace(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
      }
    },
  );

  it('name the same people in every language', () => {
    const slots = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
    for (const kind of KINDS) {
      const [first = [], ...others] = LOCALES.map((locale) =>
        slots(TEXTS[locale].kinds[kind].body),
      );
      for (const other of others) expect([kind, other]).toEqual([kind, first]);
    }
  });

  it('let no markup out of a name, whatever it contains', () => {
    const expected = tags(
      renderMail('en', { kind: NAMED, params: {}, actorName: 'Ada' }, LINK).html,
    );
    fc.assert(
      fc.property(nasty, fc.constantFrom(...LOCALES), (actorName, locale) => {
        const { html } = renderMail(locale, { kind: NAMED, params: {}, actorName }, LINK);
        expect(tags(html).map((tag) => tag.replace(/lang="\w+"/, 'lang="en"'))).toEqual(expected);
        expect(html.replace(/<[^>]*>/g, '')).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
      { numRuns: 500 },
    );
  });

  it('let no line, no header and no other link out of a name', () => {
    fc.assert(
      fc.property(nasty, fc.constantFrom(...LOCALES), (actorName, locale) => {
        const mail = renderMail(locale, { kind: NAMED, params: {}, actorName }, LINK);
        expect(mail.subject).toBe(TEXTS[locale].kinds[NAMED].title);
        const lines = mail.text.split(/[\n\v\f\r\u0085\u2028\u2029]/);
        expect(lines).toHaveLength(7);
        expect(lines.filter((line) => /^https?:\/\/\S+$/.test(line))).toEqual([LINK]);
        expect(mail.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 500 },
    );
  });

  it('are not made endless by a name', () => {
    const { body } = render('en', { kind: NAMED, params: {}, actorName: 'A'.repeat(10_000) });
    expect(body.length).toBeLessThan(200);
  });

  it('say whose account is gone in the reader’s language', () => {
    const gone = { kind: NAMED, params: {}, actorName: null };
    expect(render('en', gone).body).toContain('Deleted account');
    expect(render('de', gone).body).toContain('Gelöschtes Konto');
  });
});
