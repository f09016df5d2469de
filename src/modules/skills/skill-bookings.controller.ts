import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { CurrentActor } from '../../common/auth/current-actor.decorator';
import { IdParam } from '../../common/http/id-param.decorator';
import { type Page, PageQuery } from '../../common/http/pagination';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import {
  ApiData,
  ApiErrors,
  ApiPage,
  TOKEN_ERRORS,
} from '../../common/swagger/api-envelope.decorators';
import { BookingQueries } from './bookings/booking.queries';
import { BookingsService } from './bookings/bookings.service';
import { RequestBookingDto } from './bookings/dto/booking.dto';
import { BookingDto } from './bookings/dto/booking.view.dto';
import { ReviewDto } from './reviews/dto/review.dto';
import { ReviewsService } from './reviews/reviews.service';

/** What hangs on a listing: bookings and reviews. */
@ApiTags('Skills')
@ApiBearerAuth('access-token')
@Controller('skills/:id')
export class SkillBookingsController {
  constructor(
    private readonly bookings: BookingsService,
    private readonly bookingQueries: BookingQueries,
    private readonly reviews: ReviewsService,
  ) {}

  @Post('bookings')
  @Idempotent()
  @ApiOperation({
    summary: 'Ask the owner for a time',
    description:
      'At no time at which the owner has accepted another booking. It may be outside the availability of the listing, which ' +
      '`insideAvailability` tells the owner, who decides: they have seven days to answer, and no longer than until it would begin. At most 20 of your requests may wait for the answer of one owner.',
  })
  @ApiData(BookingDto, { status: 201, description: 'Asked for; the price is fixed from now on.' })
  @ApiErrors(
    'VALIDATION_FAILED',
    ...TOKEN_ERRORS,
    'FORBIDDEN',
    'NOT_FOUND',
    'CONFLICT',
    'IDEMPOTENCY_KEY_REUSED',
  )
  async request(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Body() body: RequestBookingDto,
  ): Promise<BookingDto> {
    const { _id } = await this.bookings.request(actor, id, body);
    return this.bookingQueries.view(actor, _id);
  }

  @Get('reviews')
  @ApiOperation({ summary: 'Reviews of a listing, newest first' })
  @ApiPage(ReviewDto)
  @ApiErrors('VALIDATION_FAILED', 'INVALID_CURSOR', ...TOKEN_ERRORS, 'NOT_FOUND')
  list(
    @CurrentActor() actor: Actor,
    @IdParam() id: Types.ObjectId,
    @Query() query: PageQuery,
  ): Promise<Page<ReviewDto>> {
    return this.reviews.page(actor, id, query);
  }
}
