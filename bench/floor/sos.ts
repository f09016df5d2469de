import type { Collection, Db, MongoClient, ObjectId, TransactionOptions } from 'mongodb';
import type { Place } from '../data/places';
import {
  alertRows,
  answer,
  cellFor,
  type Chosen,
  emergencyRow,
  eventRows,
  type Requester,
  type SosBody,
} from './documents';
import { cellOf, distance, roundedDistance } from './geo';
import { type NearestHelpers, nearestHelpers } from './nearest';
import { bestFifty, NEAREST, type Ranked } from './rank';

const DAY_MS = 86_400_000;

const TRANSACTION: TransactionOptions = {
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
};

/** What an SOS needs of the database and no more: nobody is authenticated and nothing is checked. */
export class FloorSos {
  private readonly users: Collection<Requester>;
  private readonly emergencies: Collection;
  private readonly alerts: Collection;
  private readonly events: Collection;
  private readonly nearest: NearestHelpers;

  constructor(
    private readonly client: MongoClient,
    database: Db,
  ) {
    this.users = database.collection<Requester>('users');
    this.emergencies = database.collection('emergencies');
    this.alerts = database.collection('alerts');
    this.events = database.collection('events');
    this.nearest = nearestHelpers(database);
  }

  /** @returns the body of the 201. */
  async raise(id: ObjectId, sos: SosBody): Promise<string> {
    const requester = await this.users.findOne(
      { _id: id },
      { projection: { displayName: 1, phone: 1, emergencyRadiusMeters: 1, blockedUsers: 1 } },
    );
    if (!requester) throw new Error('No such requester.');
    const chosen = await this.choose(requester, sos.location);
    const cell = cellFor(sos);
    return this.client.withSession((session) =>
      session.withTransaction(async () => {
        const now = new Date();
        const emergency = emergencyRow(requester, sos, chosen.length > 0 ? 1 : 0, now);
        const alerts = alertRows(emergency._id, chosen, cell, now);
        await this.emergencies.insertOne(emergency, { session });
        await this.events.insertMany(eventRows(emergency, alerts, cell), { session });
        if (alerts.length > 0) await this.alerts.insertMany(alerts, { session });
        return answer(emergency, requester, alerts.length);
      }, TRANSACTION),
    );
  }

  /** The best fifty of the nearest 150 who can come: half trust, half nearness. */
  private async choose(requester: Requester, place: Place): Promise<Chosen[]> {
    const radius = requester.emergencyRadiusMeters;
    const { helpers: nearby } = await this.nearest.find({
      place,
      radiusMeters: radius,
      limit: NEAREST,
      heardSince: new Date(Date.now() - DAY_MS),
      requester: requester._id,
      blockedByRequester: requester.blockedUsers,
    });
    const cell = cellOf(place);
    const inReach: Ranked<ObjectId>[] = [];
    for (const { _id, location, helperRadiusMeters, trustScore } of nearby) {
      const [longitude, latitude] = location.coordinates;
      const at = { latitude, longitude };
      // Their own radius counts to the centre of the cell, as they are told.
      if (roundedDistance(distance(at, cell)) <= helperRadiusMeters) {
        inReach.push({ who: _id, place: at, meters: distance(place, at), trust: trustScore });
      }
    }
    const busy = await this.busy(inReach.map(({ who }) => who));
    const free = inReach.filter(({ who }) => !busy.has(who.toHexString()));
    return bestFifty(free, radius).map(({ who, place: at }) => ({ helper: who, place: at }));
  }

  /** Who of these answers another emergency, or has raised one. */
  private async busy(helpers: ObjectId[]): Promise<Set<string>> {
    const [engaged, requesting] = await Promise.all([
      this.alerts
        .find({ helper: { $in: helpers }, engaged: true }, { projection: { _id: 0, helper: 1 } })
        .toArray(),
      this.emergencies
        .find({ requester: { $in: helpers }, live: true }, { projection: { _id: 0, requester: 1 } })
        .toArray(),
    ]);
    return new Set([
      ...engaged.map(({ helper }) => String(helper)),
      ...requesting.map((row) => String(row.requester)),
    ]);
  }
}
