import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { coarseCell } from '../../common/geo/coarse-cell';
import { type Place, toPlace } from '../../common/geo/geo';
import { decodeCursor, type Page, type PageQuery, toPage } from '../../common/http/pagination';
import { type EmergencyStatus, PARTICIPATING } from './emergency.transitions';
import { Emergency, type EmergencyType } from './schemas/emergency.schema';

/** What people whom somebody shares their emergencies with may know of one, however near they live. */
export interface SharedEmergency {
  id: Types.ObjectId;
  requester: Types.ObjectId;
  type: EmergencyType;
  status: EmergencyStatus;
  silent: boolean;
  /** Centre of the coarse cell; null while the place is not known. */
  cell: Place | null;
  /** How many are coming, there, or done. */
  responders: number;
  createdAt: Date;
}

/** Reads the live emergencies of people who agreed to it; never an anonymous one. */
@Injectable()
export class SharedEmergencies {
  constructor(@InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>) {}

  /** Those of these people, the newest first. */
  async live(
    requesters: Types.ObjectId[],
    { limit, cursor }: PageQuery,
  ): Promise<Page<SharedEmergency>> {
    const [before] = cursor ? decodeCursor(cursor, ['id']) : [];
    const rows = await this.emergencies
      .find({
        requester: { $in: requesters },
        live: true,
        // Not the row of an account that was erased (ErasedRequester).
        anonymous: false,
        ...(before === undefined ? {} : { _id: { $lt: new Types.ObjectId(String(before)) } }),
      })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Emergency[]>();
    return toPage(rows, limit, ({ _id }) => [_id.toHexString()], shared);
  }
}

function shared(emergency: Emergency): SharedEmergency {
  const { _id, requester, type, status, silent, location, responses, createdAt } = emergency;
  return {
    id: _id,
    requester,
    type,
    status,
    silent,
    cell: location ? coarseCell(toPlace(location.point)) : null,
    responders: responses.filter((one) => PARTICIPATING.includes(one.status)).length,
    createdAt,
  };
}
