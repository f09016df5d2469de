import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../../common/auth/actor';
import { CurrentActor } from '../../../common/auth/current-actor.decorator';
import { IdParam } from '../../../common/http/id-param.decorator';
import type { Page } from '../../../common/http/pagination';
import { Idempotent } from '../../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiPage,
  CHANGE_ERRORS,
  TOKEN_ERRORS,
} from '../../../common/swagger/api-envelope.decorators';
import { ReviewDto } from '../reviews/dto/review.dto';
import { ReviewsService } from '../reviews/reviews.service';
import { BookingQueries } from './booking.queries';
import { BookingsService } from './bookings.service';
import { EndBookingDto, ListBookingsQuery, ReviewBookingDto } from './dto/booking.dto';
import { BookingDto } from './dto/booking.view.dto';

@ApiTags('Bookings')
@ApiBearerAuth('access-token')
@Controller('bookings')
export class BookingsController {
  constructor(
    private readonly bookings: BookingsService,
    private readonly queries: BookingQueries,
    private readonly reviews: ReviewsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What you booked and what was booked with you, newest first' })
  @ApiPage(BookingDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS)
  list(@CurrentActor() actor: Actor, @Query() query: ListBookingsQuery): Promise<Page<BookingDto>> {
    return this.queries.list(actor, query);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'One booking',
    description:
      'For its two people and moderators. The exact place is shown while it is accepted.',
  })
  @ApiData(BookingDto)
  @ApiErrors('VALIDATION_FAILED', ...TOKEN_ERRORS, 'NOT_FOUND')
  view(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<BookingDto> {
    return this.queries.view(actor, id);
  }

  @Post(':id/accept')
  @HttpCode(200)
  @Idempotent({ replay: BookingQueries })
  @ApiOperation({
    summary: 'Take a booking on',
    description:
      'For the owner. CONFLICT when they have accepted another one that overlaps, of whichever listing.',
  })
  @ApiData(BookingDto)
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  async accept(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<BookingDto> {
    await this.bookings.accept(actor, id);
    return this.queries.view(actor, id);
  }

  @Post(':id/decline')
  @HttpCode(200)
  @Idempotent({ replay: BookingQueries })
  @ApiOperation({ summary: 'Decline a booking', description: 'For the owner.' })
  @ApiBody({ type: EndBookingDto, required: false })
  @ApiData(BookingDto)
  @ApiErrors(...CHANGE_ERRORS)
  async decline(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: EndBookingDto,
  ): Promise<BookingDto> {
    await this.bookings.decline(actor, id, body?.reason ?? null);
    return this.queries.view(actor, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Idempotent({ replay: BookingQueries })
  @ApiOperation({
    summary: 'Cancel a booking',
    description:
      'For the client until it is completed, and for the owner who accepted it until it begins.',
  })
  @ApiBody({ type: EndBookingDto, required: false })
  @ApiData(BookingDto)
  @ApiErrors(...CHANGE_ERRORS)
  async cancel(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: EndBookingDto,
  ): Promise<BookingDto> {
    await this.bookings.cancel(actor, id, body?.reason ?? null);
    return this.queries.view(actor, id);
  }

  @Post(':id/complete')
  @HttpCode(200)
  @Idempotent({ replay: BookingQueries })
  @ApiOperation({
    summary: 'Say that it took place',
    description: 'For the client, from `endsAt` on. Then a review can be written.',
  })
  @ApiData(BookingDto)
  @ApiErrors(...CHANGE_ERRORS)
  async complete(@CurrentActor() actor: Actor, @IdParam() id: Types.ObjectId): Promise<BookingDto> {
    await this.bookings.complete(actor, id);
    return this.queries.view(actor, id);
  }

  @Post(':id/review')
  @Idempotent()
  @ApiOperation({
    summary: 'Review a completed booking',
    description: 'For the client, once, within 14 days of the completion.',
  })
  @ApiData(ReviewDto, { status: 201, description: 'Written, and counted in the rating.' })
  @ApiErrors(...CHANGE_ERRORS, 'CONFLICT')
  review(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: ReviewBookingDto,
  ): Promise<ReviewDto> {
    return this.reviews.write(actor, id, body);
  }
}
