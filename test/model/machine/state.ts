/**
 * The state machine once more, as small as it can be said: what an SOS, its helpers and its dispatch must look like after each
 * step. Nothing here is taken from the server's code, so that a mistake there is not repeated here.
 */

/** Two who raise SOS, the second one anonymously, and three helpers near by; a helper may raise one too. */
export const PEOPLE = ['rita', 'sami', 'ana', 'ben', 'cleo'] as const;
export type Person = (typeof PEOPLE)[number];
export const HELPERS: readonly Person[] = ['ana', 'ben', 'cleo'];

/** An SOS, named by who raises it and by the request id of the tap. */
export const TAPS = ['rita/1', 'rita/2', 'sami/1', 'ana/1'] as const;
export type Tap = (typeof TAPS)[number];

export function requesterOf(tap: Tap): Person {
  return tap.split('/')[0] as Person;
}

export function isAnonymous(tap: Tap): boolean {
  return requesterOf(tap) === 'sami';
}

export type Status = 'active' | 'responding' | 'resolved' | 'cancelled' | 'expired';
export type ResponseStatus = 'accepted' | 'on_way' | 'arrived' | 'completed' | 'withdrawn';
/** `pending` stands for queued, sent, delivered and seen: told, and not answered. */
export type AlertStatus = 'pending' | 'accepted' | 'declined' | 'withdrawn' | 'expired';
export type LeaveReason = 'helper' | 'sent_away' | 'blocked' | 'suspended';

export interface ResponseState {
  status: ResponseStatus;
  because: LeaveReason | null;
}

export interface AlertState {
  status: AlertStatus;
  because: LeaveReason | null;
  attempt: number;
}

export interface SosState {
  status: Status;
  /** Events of the timeline so far. */
  seq: number;
  responses: Partial<Record<Person, ResponseState>>;
  alerts: Partial<Record<Person, AlertState>>;
  expiresAt: number;
  completionDueAt: number | null;
  wave: number;
  nextAt: number | null;
  leaseUntil: number | null;
  reopened: boolean;
}

/** What decides later steps and is not compared with the database. */
export interface SosSecrets {
  endedBy: Person | 'moderator' | null;
  /** The claim that holds the lease. */
  lease: number;
  /** Claims so far. */
  claims: number;
  /** Whose completion the requester objected to: it counts no more. */
  objectedTo: Person[];
}

export type Sos = SosState & SosSecrets;

export interface PersonState {
  /** Ready to be alerted. */
  available: boolean;
  suspended: boolean;
  blocks: Person[];
}

/** A wave that a node has claimed. */
export interface Claim {
  tap: Tap;
  token: number;
  status: Status;
  wave: number;
  reopened: boolean;
}

export interface State {
  /** Seconds since the beginning. */
  now: number;
  people: Record<Person, PersonState>;
  sos: Partial<Record<Tap, Sos>>;
  /** Claimed by a node that stopped there. */
  held: Partial<Record<Tap, Claim>>;
}

export function initialState(): State {
  const people = Object.fromEntries(
    PEOPLE.map((person) => [
      person,
      { available: isAvailableAtFirst(person), suspended: false, blocks: [] },
    ]),
  ) as unknown as Record<Person, PersonState>;
  return { now: 0, people, sos: {}, held: {} };
}

/** Cleo is a helper who is not there yet: she may come online, for a later wave to find. */
export function isAvailableAtFirst(person: Person): boolean {
  return HELPERS.includes(person) && person !== 'cleo';
}

export const LIVES = 60 * 60;
export const OBJECTION_TIME = 10 * 60;
export const LOOK_AGAIN = 30;
export const LEASE = 10;

export function isLive({ status }: Sos): boolean {
  return status === 'active' || status === 'responding';
}

export function isUnderWay(response: ResponseState | undefined): boolean {
  return response !== undefined && ['accepted', 'on_way', 'arrived'].includes(response.status);
}

export function liveSosOf(state: State, person: Person): Tap | undefined {
  return TAPS.find((tap) => {
    const sos = state.sos[tap];
    return requesterOf(tap) === person && sos !== undefined && isLive(sos);
  });
}

/** Whether somebody is on the way to an emergency other than this one. */
export function isEngaged(state: State, helper: Person, except?: Tap): boolean {
  return TAPS.some((tap) => {
    const sos = state.sos[tap];
    return tap !== except && sos && isLive(sos) && isUnderWay(sos.responses[helper]);
  });
}

export function areBlocked({ people }: State, a: Person, b: Person): boolean {
  return people[a].blocks.includes(b) || people[b].blocks.includes(a);
}
