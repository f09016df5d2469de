import type { Types } from 'mongoose';
import type { NewEvent } from '../../events/event-log';
import type { Decision } from './schemas/decision.schema';

export type ModerationEventType =
  'moderation.decided' | 'moderation.overturned' | 'moderation.appeal_rejected';

interface Decided {
  report: Types.ObjectId;
  reporter: Types.ObjectId;
  dismissed: boolean;
  at: Date;
}

/** A report was decided: for whoever made it. Which moderator did it is the operators' affair. */
export function decidedEvent({ report, reporter, dismissed, at }: Decided): NewEvent {
  return {
    kind: 'report',
    subject: report,
    seq: null,
    type: 'report.decided',
    actor: { id: null, role: 'moderator' },
    at,
    audience: { room: false, users: [reporter] },
    data: { status: dismissed ? 'dismissed' : 'upheld' },
  };
}

/** Something was decided about a person, or taken back: for them. None where nobody was acted on. */
export function moderationEvent(
  type: ModerationEventType,
  { _id, person, action }: Decision,
  at: Date,
): NewEvent[] {
  if (!person) return [];
  return [
    {
      kind: 'moderation',
      subject: _id,
      seq: null,
      type,
      actor: { id: null, role: 'moderator' },
      at,
      audience: { room: false, users: [person] },
      data: { action },
    },
  ];
}
