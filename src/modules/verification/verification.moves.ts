import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Document, Filter } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { moveStatus } from '../../common/state-machine/move-status';
import { Clock } from '../../common/time/clock';
import { EventLog } from '../events/event-log';
import type { EventActor } from '../events/schemas/event.schema';
import { verificationEvent } from './events/verification-events';
import { Verification } from './schemas/verification.schema';
import { verificationMachine, type VerificationTransition } from './verification.transitions';

export interface VerificationMove {
  id: Types.ObjectId;
  transition: VerificationTransition;
  actor: EventActor;
  condition?: Filter<Document>;
  set?: Document;
}

/** The only writer of a request's status, with its event, inside the caller's transaction. */
@Injectable()
export class VerificationMoves {
  constructor(
    @InjectModel(Verification.name) private readonly verifications: Model<Verification>,
    private readonly events: EventLog,
    private readonly clock: Clock,
  ) {}

  /** One conditional update. @returns the request as it was, or null when the move is not open. */
  async move(
    session: ClientSession,
    { id, transition, actor, condition, set }: VerificationMove,
  ): Promise<Verification | null> {
    const at = this.clock.now();
    const { to } = verificationMachine.transitions[transition];
    const ended = verificationMachine.terminal.includes(to) ? { endedAt: at } : {};
    const before = await moveStatus(this.verifications, session, verificationMachine, transition, {
      id,
      ...(condition ? { condition } : {}),
      set: { ...ended, ...set },
    });
    if (!before || to === 'pending') return before;
    await this.events.append(session, [
      verificationEvent({
        verification: before,
        seq: before.seq + 1,
        type: `verification.${to}`,
        actor,
        at,
        from: before.status,
      }),
    ]);
    return before;
  }
}
