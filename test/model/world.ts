import { Types } from 'mongoose';
import type { Actor as ServerActor } from '../../src/common/auth/actor';
import { DomainError } from '../../src/common/errors/domain-error';
import { type Place, toGeoPoint } from '../../src/common/geo/geo';
import type { Alert } from '../../src/modules/emergencies/schemas/alert.schema';
import type { Emergency } from '../../src/modules/emergencies/schemas/emergency.schema';
import type { User } from '../../src/modules/users/schemas/user.schema';
import type { TestApp } from '../support/app';
import { north } from '../support/emergencies';
import { checkInvariants } from '../support/invariants';
import {
  type AlertStatus,
  HELPERS,
  isAvailableAtFirst,
  PEOPLE,
  type Person,
  requesterOf,
  type SosState,
  type State,
  type Tap,
} from './machine/state';
import type { Actor } from './machine/seeing';
import { projectionOf } from './projection';
import type { ModelTime } from './model-time';

/** What a node holds that claimed a wave and stopped. */
export interface HeldWave {
  emergency: Emergency;
  token: string;
}

let worlds = 0;

/** Five people on two nodes, far from those of every other run. */
export class World {
  readonly held = new Map<Tap, HeldWave>();
  private readonly ids = new Map<Tap, Types.ObjectId>();
  private readonly start: number;

  private constructor(
    private readonly nodes: readonly TestApp[],
    private readonly time: ModelTime,
    private readonly people: ReadonlyMap<Actor, Types.ObjectId>,
    readonly place: Place,
  ) {
    this.start = time.seconds();
  }

  /** @param nodes servers on one database that share the same time. */
  static async begin(
    nodes: readonly TestApp[],
    time: ModelTime,
    moderator: Types.ObjectId,
  ): Promise<World> {
    // A new run begins an hour later, so that no lease or deadline of an earlier one reaches into it.
    time.advance(3600);
    worlds += 1;
    const place = {
      latitude: -60 + (worlds % 1000) * 0.12,
      longitude: -170 + Math.floor(worlds / 1000) * 0.5,
    };
    const people = new Map<Actor, Types.ObjectId>(PEOPLE.map((one) => [one, new Types.ObjectId()]));
    const now = time.now();
    await nodes[0].connection.collection('users').insertMany(
      PEOPLE.map((person, index) => ({
        _id: people.get(person),
        displayName: person,
        phone: null,
        role: 'user',
        status: 'active',
        helper: HELPERS.includes(person),
        verified: HELPERS.includes(person),
        available: isAvailableAtFirst(person),
        skills: [],
        contacts: [],
        trustScore: 500,
        emergencyRadiusMeters: 5000,
        helperRadiusMeters: 5000,
        blockedUsers: [],
        location: toGeoPoint(north(place, 200 * index)),
        locationUpdatedAt: now,
        createdAt: now,
        updatedAt: now,
      })),
    );
    return new World(nodes, time, people.set('moderator', moderator), place);
  }

  /** Neighbours act on different nodes. */
  nodeOf(actor: Actor): TestApp {
    return this.node(actor === 'moderator' ? 1 : PEOPLE.indexOf(actor));
  }

  node(index: number): TestApp {
    return this.nodes[index % this.nodes.length];
  }

  idOf(actor: Actor): Types.ObjectId {
    const id = this.people.get(actor);
    if (!id) throw new Error(`There is no ${actor}.`);
    return id;
  }

  as(actor: Actor): ServerActor {
    const role = actor === 'moderator' ? 'admin' : 'user';
    return { id: this.idOf(actor), role, sessionId: new Types.ObjectId() };
  }

  wait(seconds: number): void {
    this.time.advance(seconds);
  }

  /** Who has the id of an SOS does what `act` does; before it was raised nobody has. */
  async onSos(tap: Tap, act: (id: Types.ObjectId) => Promise<string | void>): Promise<string> {
    const id = this.ids.get(tap) ?? (await this.find(tap));
    if (!id) return 'NOT_FOUND';
    this.ids.set(tap, id);
    return answerOf(() => act(id));
  }

  private async find(tap: Tap): Promise<Types.ObjectId | undefined> {
    const requester = this.idOf(requesterOf(tap));
    const found = await this.nodes[0].connection
      .collection<Emergency>('emergencies')
      .findOne({ requester, requestId: tap }, { projection: { _id: 1 } });
    return found?._id;
  }

  /** What is on disk, in the words of the model; and everything that must always be true, is. */
  async project({ invariants }: { invariants: boolean }): Promise<string> {
    const { connection } = this.nodes[0];
    const read = async <T>(collection: string, filter: object): Promise<T[]> =>
      (await connection.collection(collection).find(filter).toArray()) as unknown as T[];
    const ids = PEOPLE.map((person) => this.idOf(person));
    const found = await read<Emergency>('emergencies', { requester: { $in: ids } });
    if (invariants) {
      for (const { _id } of found) await checkInvariants(this.nodes[0], _id.toHexString());
    }
    const alerts = await read<Alert>('alerts', { emergency: { $in: found.map(({ _id }) => _id) } });
    const users = await read<Pick<User, '_id' | 'available' | 'status' | 'blockedUsers'>>('users', {
      _id: { $in: ids },
    });
    const sos = found.map((one) => [
      one.requestId,
      this.sosState(
        one,
        alerts.filter(({ emergency }) => emergency.equals(one._id)),
      ),
    ]);
    const people = users.map(({ _id, available, status, blockedUsers }) => [
      this.nameOf(_id),
      {
        available,
        suspended: status === 'suspended',
        blocks: blockedUsers.map((id) => this.nameOf(id)),
      },
    ]);
    return projectionOf(Object.fromEntries(sos), Object.fromEntries(people) as State['people']);
  }

  private sosState(emergency: Emergency, alerts: Alert[]): SosState {
    const { status, seq, responses, dispatch, expiresAt, completionDueAt } = emergency;
    return {
      status,
      seq,
      responses: Object.fromEntries(
        responses.map(({ helper, status, leftBecause }) => [
          this.nameOf(helper),
          { status, because: leftBecause },
        ]),
      ) as SosState['responses'],
      alerts: Object.fromEntries(
        alerts.map(({ helper, status, withdrawnBecause, attempt }) => [
          this.nameOf(helper),
          { status: alertStatus(status), because: withdrawnBecause, attempt },
        ]),
      ) as SosState['alerts'],
      expiresAt: this.since(expiresAt),
      completionDueAt: completionDueAt && this.since(completionDueAt),
      wave: dispatch.wave,
      nextAt: dispatch.nextAt && this.since(dispatch.nextAt),
      leaseUntil: dispatch.lease && this.since(dispatch.lease.until),
      reopened: dispatch.reopened,
    };
  }

  private since(at: Date): number {
    return Math.floor(at.getTime() / 1000) - this.start;
  }

  private nameOf(id: Types.ObjectId): Person {
    const name = PEOPLE.find((person) => this.idOf(person).equals(id));
    if (!name) throw new Error(`${id.toHexString()} is of another run.`);
    return name;
  }
}

function alertStatus(status: Alert['status']): AlertStatus {
  return status === 'queued' || status === 'sent' || status === 'delivered' || status === 'seen'
    ? 'pending'
    : status;
}

/** `ok`, or what the server said instead: a refusal by its code. What is no refusal fits no model, and is shown as it came. */
export async function answerOf(act: () => Promise<string | void>): Promise<string> {
  try {
    return (await act()) ?? 'ok';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    return `failed: ${String(error)}`;
  }
}
