import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { SWEEP_BATCH, Sweeper } from '../../../common/sweeper/sweeper';
import { Clock } from '../../../common/time/clock';
import { BookingsService } from './bookings.service';
import { Booking } from './schemas/booking.schema';

/** Ends bookings that nobody answered, and those that nobody completed. */
@Injectable()
export class BookingSweeper extends Sweeper {
  constructor(
    @InjectModel(Booking.name) private readonly bookings: Model<Booking>,
    private readonly service: BookingsService,
    private readonly clock: Clock,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    const due = await this.attempt(() =>
      this.bookings
        .find({ open: true, dueAt: { $lte: this.clock.now() } }, { status: 1 })
        .limit(SWEEP_BATCH)
        .lean<Booking[]>(),
    );
    for (const { _id: id, status } of due ?? []) {
      if (this.stopped) return;
      await this.attempt(() =>
        this.service.expire(id, status === 'requested' ? 'expire' : 'lapse'),
      );
    }
  }
}
