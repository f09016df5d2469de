import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import { type Model, Types } from 'mongoose';
import { later } from '../../common/time/clock';
import { TrustEvent } from './schemas/trust-event.schema';
import type { Corroboration, TrustRecord } from './score';
import { HORIZON_MS } from './trust.rules';

type Ends = Pick<TrustEvent, 'subject' | 'counterpart'>;

/** Reads from the events what scores depend on. All of it inside the transaction that writes the scores. */
@Injectable()
export class TrustRecords {
  constructor(@InjectModel(TrustEvent.name) private readonly events: Model<TrustEvent>) {}

  /** What the score of a person is computed from; null where nothing counts any more. */
  async of(
    session: ClientSession,
    person: Types.ObjectId,
    asOf: Date,
  ): Promise<TrustRecord | null> {
    const own = (await this.events.collection
      .find({ subject: person, at: { $gt: later(asOf, -HORIZON_MS) } }, { session })
      .sort({ _id: 1 })
      .toArray()) as unknown as TrustEvent[];
    if (own.length === 0) return null;
    const ids = new Set(own.flatMap(({ counterpart }) => counterpart?.toHexString() ?? []));
    const counterparts = [...ids].map((id) => new Types.ObjectId(id));
    const vouchedFor = await this.vouchedForBy(session, person, asOf, counterparts);
    return {
      events: own.map(toCorroboration),
      reciprocal: new Set(vouchedFor.map((id) => id.toHexString())),
      links: await this.linksAmong(session, counterparts, asOf),
    };
  }

  /** For whom both have vouched: if the two are linked, that changes the circles there. */
  async vouchedForByBoth(
    session: ClientSession,
    one: Types.ObjectId,
    other: Types.ObjectId,
    asOf: Date,
  ): Promise<Types.ObjectId[]> {
    const byOne = await this.vouchedForBy(session, one, asOf);
    return byOne.length === 0 ? [] : this.vouchedForBy(session, other, asOf, byOne);
  }

  private async vouchedForBy(
    session: ClientSession,
    person: Types.ObjectId,
    asOf: Date,
    among?: Types.ObjectId[],
  ): Promise<Types.ObjectId[]> {
    return (await this.events.collection.distinct(
      'subject',
      {
        counterpart: person,
        ...(among ? { subject: { $in: among } } : {}),
        ...givenAfter(asOf),
      },
      { session },
    )) as Types.ObjectId[];
  }

  private async linksAmong(
    session: ClientSession,
    people: Types.ObjectId[],
    asOf: Date,
  ): Promise<(readonly [string, string])[]> {
    if (people.length < 2) return [];
    const found = (await this.events.collection
      .find(
        { subject: { $in: people }, counterpart: { $in: people }, ...givenAfter(asOf) },
        { session, projection: { _id: 0, subject: 1, counterpart: 1 } },
      )
      .toArray()) as unknown as Ends[];
    return found.flatMap(({ subject, counterpart }) =>
      counterpart ? [[subject.toHexString(), counterpart.toHexString()] as const] : [],
    );
  }
}

/** Words that gave something and still count: what took, and what is long past, links nobody. */
function givenAfter(asOf: Date): Record<string, unknown> {
  return { points: { $gt: 0 }, at: { $gt: later(asOf, -HORIZON_MS) } };
}

export function toCorroboration(event: TrustEvent): Corroboration {
  return {
    rescue: event.kind === 'rescue',
    points: event.points,
    weight: event.weight,
    counterpart: event.counterpart?.toHexString() ?? null,
    at: event.at,
  };
}
