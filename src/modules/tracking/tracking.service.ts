import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { Types } from 'mongoose';
import { notFound } from '../../common/errors/domain-error';
import { toPlace } from '../../common/geo/geo';
import { Clock, DAY, HOUR, later } from '../../common/time/clock';
import { appConfig } from '../../config/app.config';
import { TrackedEmergencies, type TrackedEmergency } from '../emergencies/tracked-emergencies';
import { ContactPoints } from '../users/contact-points';
import type { TrackingDto } from './dto/tracking.dto';
import { TrackingTokens } from './tracking-tokens';

/** A link is good for so long from the SOS on, whatever happens. */
export const LINK_LIVES_MS = 3 * DAY;
/** And dies so long after the end: time enough to learn that it is over. */
export const LINK_OUTLIVES_THE_END_MS = 6 * HOUR;

/** What a person's emergency contacts see by the link that was sent to them. */
@Injectable()
export class TrackingService {
  constructor(
    private readonly tokens: TrackingTokens,
    private readonly emergencies: TrackedEmergencies,
    private readonly people: ContactPoints,
    private readonly clock: Clock,
    @Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>,
  ) {}

  /** The link for one contact of the requester; the same each time it is asked for. */
  link(emergency: Types.ObjectId, createdAt: Date, contact: Types.ObjectId): string {
    const expiresAt = later(createdAt, LINK_LIVES_MS);
    const token = this.tokens.sign({ emergency, contact, expiresAt });
    return `${this.config.publicUrl.replace(/\/$/, '')}/track/${token}`;
  }

  /**
   * How things are now. Everything is asked anew each time: a contact who was removed, and a position that is not shared any
   * more, are so from the next look on.
   *
   * @throws DomainError NOT_FOUND for a token that is not ours or has expired, and for whoever is no contact any more.
   */
  async view(token: string): Promise<TrackingDto> {
    const claims = this.tokens.read(token, this.clock.now());
    const emergency = claims && (await this.emergencies.find(claims.emergency));
    if (!claims || !emergency || this.isLongOver(emergency)) throw notFound('This link');
    const requester = await this.people.ownContacts(emergency.requester);
    if (!requester?.contacts.some(({ _id }) => _id.equals(claims.contact))) {
      throw notFound('This link');
    }
    return trackingView(emergency, requester);
  }

  private isLongOver({ endedAt }: TrackedEmergency): boolean {
    return endedAt !== null && later(endedAt, LINK_OUTLIVES_THE_END_MS) <= this.clock.now();
  }
}

function trackingView(
  { status, live, anonymous, silent, location, createdAt }: TrackedEmergency,
  {
    displayName,
    shareLocationWithContacts,
  }: { displayName: string; shareLocationWithContacts: boolean },
): TrackingDto {
  if (!live) {
    return {
      status,
      displayName: null,
      silent: null,
      locationShared: null,
      location: null,
      startedAt: null,
    };
  }
  return {
    status,
    displayName: anonymous ? null : displayName,
    silent,
    locationShared: shareLocationWithContacts,
    location:
      shareLocationWithContacts && location
        ? {
            ...toPlace(location.point),
            accuracyMeters: location.accuracyMeters,
            updatedAt: location.updatedAt.toISOString(),
          }
        : null,
    startedAt: createdAt.toISOString(),
  };
}
