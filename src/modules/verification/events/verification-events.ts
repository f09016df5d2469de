import type { NewEvent } from '../../events/event-log';
import type { EventActor } from '../../events/schemas/event.schema';
import type { Verification } from '../schemas/verification.schema';
import type { VerificationStatus } from '../verification.transitions';

export type VerificationEventType =
  'verification.requested' | `verification.${Exclude<VerificationStatus, 'pending'>}`;

interface EventInput {
  verification: Pick<Verification, '_id' | 'user'>;
  seq: number;
  type: VerificationEventType;
  actor: EventActor;
  at: Date;
  from?: VerificationStatus;
}

/** An event of a request, for whose it is. Who decided is not theirs to know: the timeline names staff by role alone. */
export function verificationEvent({ verification, from, ...event }: EventInput): NewEvent {
  return {
    ...event,
    kind: 'verification',
    subject: verification._id,
    audience: { room: false, users: [verification.user] },
    data: from ? { from } : {},
  };
}
