import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { coarseCell, coarseDistance } from '../../../common/geo/coarse-cell';
import { distanceMeters, type Place, toPlace } from '../../../common/geo/geo';
import { Clock, HOUR, later } from '../../../common/time/clock';
import { inSpan } from '../../../common/tracing/span';
import { HelperDirectory } from '../../users/helper-directory';
import type { NearbyHelper } from '../../users/nearest-helpers';
import { Alert } from '../schemas/alert.schema';
import { Emergency } from '../schemas/emergency.schema';
import { WANTED_ALERTS } from './dispatch.policy';
import type { Candidate } from './rank';

/** How many of the nearest are looked at: beyond 200 the cost of the query steps up (docs/design.md). */
const FIRST_LOOK = 150;
/** Where filtering left too few, the next look is this much larger, up to the last. */
const WIDEN = 4;
const LAST_LOOK = 2400;
/** A position older than this says nothing of where a helper is (docs/design.md). */
export const POSITION_LIVES_MS = 24 * HOUR;

export interface DiscoveryRequest {
  place: Place;
  radiusMeters: number;
  requester: Types.ObjectId;
  blockedByRequester: Types.ObjectId[];
  /** Who was asked before and is not to be asked again: they must not take the places of others in the search. */
  passOver?: Types.ObjectId[];
}

/** Finds who could come: near, willing, allowed, and not busy with another emergency. */
@Injectable()
export class Discovery {
  constructor(
    private readonly directory: HelperDirectory,
    private readonly clock: Clock,
    @InjectModel(Alert.name) private readonly alerts: Model<Alert>,
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
  ) {}

  /** Candidates inside the emergency's radius, and their own as far as they are told, from the nearest out. */
  candidates(request: DiscoveryRequest): Promise<Candidate[]> {
    return inSpan('discovery', () => this.look(request));
  }

  private async look(request: DiscoveryRequest): Promise<Candidate[]> {
    for (let limit = FIRST_LOOK; ; limit *= WIDEN) {
      const { helpers, more } = await this.directory.nearest({
        ...request,
        limit,
        heardSince: later(this.clock.now(), -POSITION_LIVES_MS),
      });
      const eligible = await this.eligible(helpers, request.place);
      const last = !more || limit * WIDEN > LAST_LOOK;
      if (last || eligible.length >= WANTED_ALERTS) return eligible;
    }
  }

  private async eligible(found: NearbyHelper[], place: Place): Promise<Candidate[]> {
    const cell = coarseCell(place);
    const inReach: Candidate[] = [];
    for (const helper of found) {
      const at = toPlace(helper.location);
      // Their own radius is held against the distance that the alert tells, not the true one: a helper who says 100 m, or a
      // place of their choice, would learn from being alerted how far it is to the door.
      if (coarseDistance(distanceMeters(at, cell)) > helper.helperRadiusMeters) continue;
      inReach.push({
        helper: helper._id,
        place: at,
        distanceMeters: distanceMeters(place, at),
        trustScore: helper.trustScore,
      });
    }
    const busy = await this.busy(inReach.map(({ helper }) => helper));
    return busy.size === 0
      ? inReach
      : inReach.filter(({ helper }) => !busy.has(helper.toHexString()));
  }

  /** Who of these is on the way to another emergency, or has raised one: their ids in hexadecimal. */
  async busy(helpers: Types.ObjectId[]): Promise<Set<string>> {
    if (helpers.length === 0) return new Set();
    const [engaged, requesting] = await Promise.all([
      this.alerts.collection
        .find({ helper: { $in: helpers }, engaged: true }, { projection: { _id: 0, helper: 1 } })
        .toArray(),
      this.emergencies.collection
        .find({ requester: { $in: helpers }, live: true }, { projection: { _id: 0, requester: 1 } })
        .toArray(),
    ]);
    return new Set([
      ...engaged.map((row) => String(row.helper)),
      ...requesting.map((row) => String(row.requester)),
    ]);
  }
}
