import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import { coarseCell, coarseDistance } from '../../../common/geo/coarse-cell';
import { distanceMeters, type Place } from '../../../common/geo/geo';
import { Clock, later } from '../../../common/time/clock';
import { HelperDirectory } from '../../users/helper-directory';
import type { AlertVia } from '../schemas/alert.schema';
import type { AlertAudience } from './alert-sources';
import { Discovery, POSITION_LIVES_MS } from './discovery';
import type { Candidate } from './rank';

export interface MemberSearch {
  place: Place;
  requester: Types.ObjectId;
  audiences: readonly AlertAudience[];
}

/**
 * Whether a member at `from` is told of an emergency at `place`. Their distance is the one that the alert tells: an admin
 * who sets the radius, or a member who moves about, would learn from who is alerted how far it is to the door.
 */
export function reaches(reachMeters: number | null, place: Place, from: Place): boolean {
  return (
    reachMeters === null || coarseDistance(distanceMeters(from, coarseCell(place))) <= reachMeters
  );
}

/** Finds the members of organizations who could come: in reach, allowed, and not busy. */
@Injectable()
export class MemberDiscovery {
  constructor(
    private readonly directory: HelperDirectory,
    private readonly discovery: Discovery,
    private readonly clock: Clock,
  ) {}

  /** Each once, whichever organizations they share with the requester, nearest first. */
  async candidates({ place, requester, audiences }: MemberSearch): Promise<Candidate[]> {
    const ways = waysToTell(audiences);
    const profile = await this.directory.requester(requester);
    const found = await this.directory.among({
      people: [...ways.values()].map(({ member }) => member),
      requester,
      blockedByRequester: profile?.blockedUsers ?? [],
      heardSince: later(this.clock.now(), -POSITION_LIVES_MS),
    });
    const inReach = found.flatMap(({ _id, place: heardAt, trustScore }): Candidate[] => {
      const { via, home } = ways.get(_id.toHexString()) ?? {};
      const at = heardAt ?? home;
      if (!via || !at || !reaches(via.reachMeters, place, at)) return [];
      return [
        { helper: _id, place: at, distanceMeters: distanceMeters(place, at), trustScore, via },
      ];
    });
    const busy = await this.discovery.busy(inReach.map(({ helper }) => helper));
    return inReach
      .filter(({ helper }) => !busy.has(helper.toHexString()))
      .sort(
        (a, b) => a.distanceMeters - b.distanceMeters || Buffer.compare(a.helper.id, b.helper.id),
      );
  }
}

interface WayToTell {
  member: Types.ObjectId;
  via: AlertVia;
  home: Place | null;
}

/** Of each member the organization that reaches farthest. */
function waysToTell(audiences: readonly AlertAudience[]): Map<string, WayToTell> {
  const ways = new Map<string, WayToTell>();
  const farthestFirst = [...audiences].sort((a, b) => reach(b) - reach(a));
  for (const { organization, reachMeters, members, home } of farthestFirst) {
    for (const member of members) {
      const id = member.toHexString();
      if (!ways.has(id)) ways.set(id, { member, via: { organization, reachMeters }, home });
    }
  }
  return ways;
}

function reach({ reachMeters }: AlertAudience): number {
  return reachMeters ?? Number.MAX_VALUE;
}
