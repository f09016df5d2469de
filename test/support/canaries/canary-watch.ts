/** What must not be found where it does not belong. */
export type Secret = 'password' | 'token' | 'position' | 'phone';

/** Where something was seen, and who could read it there. */
export interface Place {
  channel: 'HTTP' | 'socket' | 'log';
  /** For the report: route, socket event, or the log. */
  where: string;
  /** Null for somebody without an account, and for logs, which have no rightful reader. */
  viewer?: { id: string; staff: boolean } | null;
  /** The answers by which tokens are handed out. */
  handsOutTokens?: boolean;
  /** The page by which somebody lets their contacts follow them, whoever has the link. */
  followed?: boolean;
}

/** Answers from the database whether a viewer may know something of its owners. */
export interface Relations {
  /**
   * They take or took part in one emergency: its requester, and who accepted. Or the viewer booked a listing of an owner's,
   * or offered to help an owner, and was accepted.
   */
  tookPartTogether(viewer: string, owners: string[]): Promise<boolean>;
  /** The viewer accepted an emergency that one of the owners raised under their name. */
  cameToHelpByName(viewer: string, owners: string[]): Promise<boolean>;
}

/** Fewer decimals (10 m) are too easily written by chance to be told from something else. */
const RECOGNISABLE = /\.\d{5,}$/;
const PASSWORD_HASH = /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}/;
const ACCESS_TOKEN = /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/;
const REFRESH_TOKEN = /\b[0-9a-f]{24}\.[\w-]{43}\.[\w-]{43}\b/;
const COORDINATES = /-?\d{1,3}\.\d{5,}/g;
/** Stands in the message that explains how a phone is written. */
const EXAMPLE_PHONE = '+4930123456';
const PHONES = /\+\d{7,15}/g;

const passwords = new Set<string>();
const otherTokens = new Set<string>();
const positions = new Map<string, Set<string>>();
const phones = new Map<string, Set<string>>();

const sightings: string[] = [];
const open = new Set<Promise<void>>();
const allowed = new Set<string>();

/** A password that somebody typed, right or wrong. */
export function plantPassword(password: string): void {
  if (password.length >= 10) passwords.add(password);
}

/** The token of a mail. Access and refresh tokens are known by their form. */
export function plantToken(token: string): void {
  if (token.length >= 20) otherTokens.add(token);
}

/** Where somebody is. Two people may have been at one place; each may know it then. */
export function plantPosition(degrees: number, owner: string): void {
  const text = String(degrees);
  if (RECOGNISABLE.test(text)) own(positions, text, owner);
}

export function plantPhone(phone: string, owner: string): void {
  if (phone !== EXAMPLE_PHONE) own(phones, phone, owner);
}

function own(canaries: Map<string, Set<string>>, text: string, owner: string): void {
  canaries.set(text, (canaries.get(text) ?? new Set()).add(owner));
}

/** Looks through something that left the server. What needs the database to be judged is judged by `settle`. */
export function inspect(text: string, place: Place, relations: Relations): void {
  for (const password of passwords) {
    if (text.includes(password)) report('password', password, place);
  }
  const hash = PASSWORD_HASH.exec(text);
  if (hash) report('password', hash[0], place);
  if (!place.handsOutTokens) {
    const token = ACCESS_TOKEN.exec(text) ?? REFRESH_TOKEN.exec(text);
    if (token) report('token', token[0], place);
  }
  for (const token of otherTokens) if (text.includes(token)) report('token', token, place);
  if (!place.followed) {
    judge('position', positions, text.match(COORDINATES), place, (viewer, owners) =>
      relations.tookPartTogether(viewer, owners),
    );
  }
  judge('phone', phones, text.match(PHONES), place, (viewer, owners) =>
    relations.cameToHelpByName(viewer, owners),
  );
}

function judge(
  secret: Secret,
  planted: Map<string, Set<string>>,
  found: string[] | null,
  place: Place,
  mayKnow: (viewer: string, owners: string[]) => Promise<boolean>,
): void {
  for (const text of new Set(found)) {
    const owners = planted.get(text);
    if (!owners) continue;
    const { viewer } = place;
    if (!viewer) {
      report(secret, text, place);
      continue;
    }
    const known = `${viewer.id} ${text}`;
    if (viewer.staff || owners.has(viewer.id) || allowed.has(known)) continue;
    // Asked now, not at the end: what is allowed later must not excuse what was told too early.
    const asked = mayKnow(viewer.id, [...owners]).then(
      (may) => void (may ? allowed.add(known) : report(secret, text, place)),
    );
    const done = asked.finally(() => open.delete(done));
    open.add(done);
  }
}

function report(secret: Secret, text: string, { channel, where, viewer }: Place): void {
  const reader = channel === 'log' ? '' : `, read by ${viewer?.id ?? 'somebody unknown'}`;
  sightings.push(`${secret} ${text.slice(0, 24)}… over ${channel}: ${where}${reader}`);
}

/** An event that goes out though no client was told of it (docs/realtime.md). */
export function reportUndocumented(event: string): void {
  sightings.push(`the event ${event}, which docs/realtime.md does not list`);
}

/** Everything seen since the last call that should not have been seen. */
export async function takeSightings(): Promise<string[]> {
  while (open.size > 0) await Promise.all(open);
  return [...new Set(sightings.splice(0))];
}

/** To be called after each test: fails it with what leaked, and where. */
export async function expectNoSightings(): Promise<void> {
  const seen = await takeSightings();
  if (seen.length > 0) throw new Error(`What must not be sent was seen:\n${seen.join('\n')}`);
}
