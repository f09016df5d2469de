import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { Clock, SECOND } from '../../../common/time/clock';
import { EmergencyService } from '../emergency.service';
import { type DueWork, EmergencyMetrics } from '../metrics/emergency-metrics';
import { Emergency } from '../schemas/emergency.schema';
import { Dispatcher } from './dispatcher';

const EVERY_MS = SECOND;
/** How much one round takes up of each kind; the rest is due still in the next. */
const BATCH = 100;

/**
 * Does what is due and what nobody is there to ask for: waves, expiry, and completion that nobody objected to. Every
 * node runs one; conditional updates see to it that each thing is done once.
 */
@Injectable()
export class EmergencySweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(EmergencySweeper.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    @InjectModel(Emergency.name) private readonly emergencies: Model<Emergency>,
    private readonly emergency: EmergencyService,
    private readonly dispatcher: Dispatcher,
    private readonly metrics: EmergencyMetrics,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** One round; a round that is under way is joined, not doubled. */
  sweep(): Promise<void> {
    this.running ??= this.round().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async round(): Promise<void> {
    await this.end('expiry', 'expiresAt', (id) => this.emergency.expire(id));
    await this.end('completion', 'completionDueAt', (id) => this.emergency.completeUnopposed(id));
    for (let wave = 0; wave < BATCH && !this.stopped; wave += 1) {
      if ((await this.attempt(() => this.dispatcher.runDue())) === false) break;
    }
  }

  /** What fails must not stop what is due behind it. It is still due on disk, so a later round of some node finds it. */
  private async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.logger.warn(`Left to a later sweep: ${String(error)}`);
      return undefined;
    }
  }

  /** Ends the emergencies whose time for it has come. */
  private async end(
    work: DueWork,
    field: 'expiresAt' | 'completionDueAt',
    end: (id: Types.ObjectId) => Promise<boolean>,
  ): Promise<void> {
    const rows = await this.attempt(() =>
      this.emergencies
        .find({ live: true, [field]: { $lte: this.clock.now() } }, { [field]: 1 })
        .limit(BATCH)
        .lean<Emergency[]>(),
    );
    for (const { _id: id, [field]: dueAt } of rows ?? []) {
      const ended = await this.attempt(() => end(id));
      if (ended && dueAt) this.metrics.swept(work, dueAt);
    }
  }
}
