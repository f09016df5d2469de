import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { type Actor, isStaff } from '../../common/auth/actor';
import { DomainError, notFound } from '../../common/errors/domain-error';
import { AlertQueries } from './alerts/alert-queries';
import { type EmergencyStatus, PARTICIPATING } from './emergency.transitions';
import type { Alert } from './schemas/alert.schema';
import { Emergency, type Response } from './schemas/emergency.schema';

export type ViewerRole = 'requester' | 'responder' | 'alerted' | 'moderator';

/** What somebody is to an emergency; everything they may see and do follows from it. */
export interface Viewer {
  role: ViewerRole;
  alert: Alert | null;
  response: Response | null;
}

export interface Seen {
  emergency: Emergency;
  viewer: Viewer;
}

/**
 * What `actor` is to an emergency, or null for a stranger. Somebody who was sent away, blocked or suspended is a
 * stranger again; a helper who withdrew by themselves is as one who was alerted, for they may come back.
 */
export function viewerOf(actor: Actor, emergency: Emergency, alert: Alert | null): Viewer | null {
  const response = emergency.responses.find(({ helper }) => helper.equals(actor.id)) ?? null;
  const as = (role: ViewerRole): Viewer => ({ role, alert, response });
  if (emergency.requester.equals(actor.id)) return as('requester');
  if (response && PARTICIPATING.includes(response.status) && !response.leftBecause)
    return as('responder');
  if (isStaff(actor)) return as('moderator');
  if (!alert) return null;
  const takenBack = alert.status === 'withdrawn' && alert.withdrawnBecause !== 'helper';
  return takenBack ? null : as('alerted');
}

/** Decides who may see an emergency, and puts into words why something was refused. */
@Injectable()
export class EmergencyAccess {
  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly alerts: AlertQueries,
  ) {}

  /**
   * The emergency as it is now, and what `actor` is to it.
   *
   * @throws DomainError NOT_FOUND for what does not exist and for strangers alike.
   */
  async see(actor: Actor, id: Types.ObjectId): Promise<Seen> {
    const seen = await this.find(actor, id);
    if (!seen) throw notFound('This emergency');
    return seen;
  }

  /** As `see`; null where that throws. */
  async find(actor: Actor, id: Types.ObjectId): Promise<Seen | null> {
    // Not the row of an account that was erased (ErasedRequester).
    const emergency = await this.emergencies
      .findOne({ _id: id, status: { $exists: true } })
      .lean<Emergency>();
    if (!emergency) return null;
    const viewer = viewerOf(actor, emergency, await this.alerts.row(id, actor.id));
    return viewer && { emergency, viewer };
  }

  /**
   * As `see`, for those who may do something. Staff who take part themselves are still staff.
   *
   * @throws DomainError NOT_FOUND for strangers, FORBIDDEN for others who may see it.
   */
  async seeAs(actor: Actor, id: Types.ObjectId, roles: readonly ViewerRole[]): Promise<Seen> {
    const seen = await this.see(actor, id);
    const asStaff = isStaff(actor) && roles.includes('moderator');
    if (!asStaff && !roles.includes(seen.viewer.role)) {
      throw new DomainError(
        'FORBIDDEN',
        `Only the ${roles.join(', the ')} of this emergency can do this.`,
      );
    }
    return seen;
  }

  /**
   * After a conditional update found no match: says why. Returns without an error only when the caller has already done
   * the very same (`repeats`), so that a repeat answers as the first did.
   *
   * @throws DomainError NOT_FOUND, FORBIDDEN or INVALID_TRANSITION (details: the present status).
   */
  async refuse(
    actor: Actor,
    id: Types.ObjectId,
    { roles, repeats }: { roles: readonly ViewerRole[]; repeats?: EmergencyStatus },
  ): Promise<void> {
    const { emergency } = await this.seeAs(actor, id, roles);
    if (repeats && emergency.status === repeats && emergency.endedBy?.equals(actor.id)) return;
    throw invalidTransition(emergency);
  }
}

/** 409 for somebody who came too late, or asks for a step that is not open; says how things stand. */
export function invalidTransition(emergency: Emergency, response?: Response | null): DomainError {
  return new DomainError(
    'INVALID_TRANSITION',
    response
      ? `Your response is ${response.status} and the emergency is ${emergency.status}: this step is not open.`
      : `The emergency is ${emergency.status}: this step is not open any more.`,
    { status: emergency.status, ...(response ? { responseStatus: response.status } : {}) },
  );
}
