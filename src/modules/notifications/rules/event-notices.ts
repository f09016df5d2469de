import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventLog } from '../../events/event-log';
import type { EventRecord } from '../../events/schemas/event.schema';
import { type Notice, Notices } from '../notices';
import { EVENT_RULES } from './event-rules';

/** The domains whose events tell people; they know nothing of it. */
const DOMAINS = [
  'help_request',
  'skill',
  'booking',
  'organization',
  'business',
  'payment',
  'subscription',
  'verification',
  'report',
  'moderation',
] as const;

/** Turns events of the log into notices, in the transaction that writes them. */
@Injectable()
export class EventNotices implements OnModuleInit {
  constructor(
    private readonly log: EventLog,
    private readonly notices: Notices,
  ) {}

  onModuleInit(): void {
    for (const domain of DOMAINS) {
      this.log.follow(domain, (session, events) =>
        this.notices.notify(session, events.flatMap(noticesOf)),
      );
    }
  }
}

/** What an event tells whom. Whoever did it is not told; which moderator it was is nobody's business. */
export function noticesOf(event: EventRecord): Notice[] {
  const rule = EVENT_RULES[event.type];
  if (!rule) return [];
  const { actor, audience, data } = event;
  const nameless = actor.role === 'moderator' || actor.role === 'system';
  const people = rule.to?.(event) ?? audience.users;
  return people
    .filter((to) => !actor.id?.equals(to))
    .map((to) => ({
      to,
      kind: typeof rule.kind === 'function' ? rule.kind(data) : rule.kind,
      subject: { kind: event.kind, id: event.subject },
      key: rule.key?.(event) ?? event._id.toHexString(),
      actor: nameless ? null : actor.id,
    }));
}
