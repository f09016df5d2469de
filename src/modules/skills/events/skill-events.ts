import type { Types } from 'mongoose';
import type { NewEvent } from '../../events/event-log';
import type { EventActor } from '../../events/schemas/event.schema';
import type { SkillStatus } from '../schemas/skill.schema';

/** What each event of a listing holds on disk. */
export interface SkillEventData {
  'skill.created': { status: SkillStatus };
  'skill.updated': { fields: string[] };
  'skill.removed': Record<string, never>;
}

export type SkillEventType = keyof SkillEventData;

interface EventInput<Type extends SkillEventType> {
  skill: Types.ObjectId;
  owner: Types.ObjectId;
  seq: number;
  type: Type;
  actor: EventActor;
  at: Date;
  data: SkillEventData[Type];
}

/** An event of a listing, for its owner's devices. */
export function skillEvent<Type extends SkillEventType>({
  skill,
  owner,
  ...event
}: EventInput<Type>): NewEvent {
  return {
    ...event,
    kind: 'skill',
    subject: skill,
    audience: { room: false, users: [owner] },
    data: { ...event.data },
  };
}
