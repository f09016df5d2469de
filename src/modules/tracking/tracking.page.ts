import { createHash } from 'node:crypto';
import type { EmergencyStatus } from '../emergencies/emergency.transitions';
import type { TrackedLocationDto, TrackingDto } from './dto/tracking.dto';

/** Black on white, white on dark red or green: 7:1 and better (WCAG 2.2, 1.4.6). Follows the text size of the reader. */
const STYLE = `
:root{color-scheme:light}
body{font:1.125rem/1.6 system-ui,sans-serif;color:#111;background:#fff;max-width:36rem;margin:0 auto;padding:1rem}
.status{font-weight:700;padding:.75rem 1rem;border-radius:.5rem;color:#fff;background:#7f1d1d}
.status.over{background:#14532d}
dt{font-weight:700;margin-top:.75rem}
dd{margin:0}
a{color:#1e3a8a;display:inline-block;padding:.5rem 0}
a:focus-visible{outline:3px solid #1e3a8a;outline-offset:2px}
`;

/** Nothing is loaded from anywhere, nothing runs, and the page is shown in no other page. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const STATUS: Record<EmergencyStatus, string> = {
  active: 'Help was called for. Nobody has said yet that they are coming.',
  responding: 'Somebody is on the way to help.',
  resolved: 'It is over: the emergency was resolved.',
  cancelled: 'It is over: the alarm was taken back.',
  expired: 'It is over: there was no sign for an hour, and the alarm has ended.',
};

/** The page of a link that is good. No script and no timer: whoever reads it loads it again when they want to. */
export function trackingPage(view: TrackingDto, now: Date): string {
  const who = view.displayName ?? 'Somebody who named you as an emergency contact';
  const over = view.startedAt === null;
  const title = over ? 'The alarm is over' : `${who} has called for help`;
  return page(
    title,
    `<p class="status${over ? ' over' : ''}">${STATUS[view.status]}</p>
${over ? '' : details(view)}
<p><a href="">Load this page again</a></p>
<p>As of ${moment(now.toISOString())}.</p>`,
  );
}

/** The page of every link that is not good, whatever the reason. */
export function deadLinkPage(): string {
  return page(
    'This link does not work',
    '<p>It has expired, or it was never right. If you are worried about somebody, call them, or the emergency services.</p>',
  );
}

function details({ silent, locationShared, location, startedAt }: TrackingDto): string {
  return `${silent ? '<p><strong>Do not ring them up: a sound could put them in danger.</strong></p>\n' : ''}<dl>
<dt>Since</dt><dd>${startedAt ? moment(startedAt) : ''}</dd>
<dt>Where</dt><dd>${whereabouts(locationShared, location)}</dd>
</dl>
<p>If you think that they are in danger, call the emergency services.</p>`;
}

function whereabouts(shared: boolean | null, location: TrackedLocationDto | null): string {
  if (!shared) return 'They do not share their location with their contacts.';
  if (!location) return 'Their location is not known yet.';
  const { latitude, longitude, accuracyMeters, updatedAt } = location;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&amp;mlon=${longitude}#map=17/${latitude}/${longitude}`;
  return `Latitude ${latitude}, longitude ${longitude}${
    accuracyMeters === null ? '' : `, within ${Math.round(accuracyMeters)} metres`
  }, at ${moment(updatedAt)}.<br>
<a href="geo:${latitude},${longitude}">Open in a map app</a><br>
<a href="${map}" rel="noopener noreferrer">Show on OpenStreetMap</a>`;
}

function moment(iso: string): string {
  const text = `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
  return `<time datetime="${iso}">${text}</time>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)} – AllyNet</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

/** Names are people's to choose. */
function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
