import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession } from 'mongodb';
import type { Model, Types } from 'mongoose';
import { toPlace } from '../../../common/geo/geo';
import { Clock } from '../../../common/time/clock';
import { AlertQueries } from '../alerts/alert-queries';
import { Emergency } from '../schemas/emergency.schema';
import { type AlertAudience, AlertSources } from './alert-sources';
import type { DispatchDecision } from './dispatch.policy';
import { MemberDiscovery } from './member-discovery';
import { nearestMembers } from './member.policy';
import type { Candidate } from './rank';
import { type ClaimedWave, WaveLeases } from './wave-leases';
import { WaveWriter } from './wave-writer';

/** The answer to the SOS and its first wave go out before this node turns to the second. */
const AFTER_THE_ANSWER_MS = 10;

type Subject = Pick<Emergency, '_id' | 'requester' | 'anonymous'>;

/**
 * Runs the waves to members of the requester's organizations: the second wave of an SOS. That one is due is written with
 * the SOS; everything else happens after it, so that an SOS costs the same whoever raises it.
 */
@Injectable()
export class MemberDispatcher implements OnModuleDestroy {
  private readonly logger = new Logger(MemberDispatcher.name);
  private readonly underWay = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly sources: AlertSources,
    private readonly leases: WaveLeases,
    private readonly writer: WaveWriter,
    private readonly discovery: MemberDiscovery,
    private readonly alerts: AlertQueries,
    private readonly clock: Clock,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.underWay);
  }

  /** Begins the wave that a request has just made due, when the request has been answered. */
  runSoon(emergency: Subject): void {
    const timer = setTimeout(() => {
      if (this.stopped) return;
      const wave = this.run(emergency)
        // It is still due on disk: the sweeper of some node takes it up.
        .catch((error: unknown) => {
          this.logger.warn(
            `Members of ${emergency._id.toHexString()} left to the sweeper: ${String(error)}`,
          );
        })
        .finally(() => this.underWay.delete(wave));
      this.underWay.add(wave);
    }, AFTER_THE_ANSWER_MS);
    timer.unref();
  }

  /** Of which emergencies such a wave is due, first the one that has waited longest. */
  due(limit: number): Promise<Emergency[]> {
    return this.emergencies
      .find({ live: true, 'dispatch.members.dueAt': { $lte: this.clock.now() } })
      .sort({ 'dispatch.members.dueAt': 1 })
      .limit(limit)
      .lean<Emergency[]>();
  }

  /** Does nothing where none is due, or another wave of the emergency is under way: then it is due still. */
  async run(emergency: Subject): Promise<void> {
    const audiences = emergency.anonymous
      ? []
      : await this.sources.audiencesOf(emergency.requester);
    if (audiences.length === 0) return this.settle(emergency._id);
    const claimed = await this.leases.claim('dispatch.members.dueAt', emergency._id);
    if (claimed) await this.runWave(claimed, audiences);
  }

  /** Tells the nearest who were not told yet; after it was opened again, also those who did not answer. */
  async runWave({ emergency, token }: ClaimedWave, audiences: AlertAudience[]): Promise<void> {
    const { _id, location, requester, status, dispatch } = emergency;
    if (!location) return this.settle(_id);
    const candidates = await this.discovery.candidates({
      place: toPlace(location.point),
      requester,
      audiences,
    });
    const decision = nearestMembers({
      candidates,
      ledger: await this.alerts.rows(_id),
      // Somebody has come forward since it was opened again: nobody is told twice for nothing.
      again: dispatch.members.again && status === 'active',
    });
    await this.writer.commit({
      emergency,
      token,
      decision,
      recheck: (session, decided) => this.stillToBeTold(session, requester, decided),
      next: { 'dispatch.members': { dueAt: null, again: false } },
    });
  }

  /** Without those who have left, and without all where the requester stopped sharing, since the members were looked for. */
  private async stillToBeTold(
    session: ClientSession,
    requester: Types.ObjectId,
    { alert, alertAgain }: DispatchDecision,
  ): Promise<DispatchDecision> {
    const told = new Set<string>();
    for (const [organization, members] of byOrganization([...alert, ...alertAgain])) {
      const still = await this.sources.stillTold(session, { organization, members, requester });
      for (const member of still) told.add(member.toHexString());
    }
    const holds = ({ helper }: Candidate) => told.has(helper.toHexString());
    return { alert: alert.filter(holds), alertAgain: alertAgain.filter(holds) };
  }

  /** There is nobody to tell. */
  private async settle(emergency: Types.ObjectId): Promise<void> {
    await this.emergencies.collection.updateOne(
      { _id: emergency, 'dispatch.members.dueAt': { $lte: this.clock.now() } },
      { $set: { 'dispatch.members.dueAt': null } },
    );
  }
}

/** Members by the organization through which they are told. */
function byOrganization(candidates: Candidate[]): [Types.ObjectId, Types.ObjectId[]][] {
  const groups = new Map<string, [Types.ObjectId, Types.ObjectId[]]>();
  for (const { helper, via } of candidates) {
    if (!via) continue;
    const key = via.organization.toHexString();
    const group = groups.get(key) ?? [via.organization, []];
    group[1].push(helper);
    groups.set(key, group);
  }
  return [...groups.values()];
}
