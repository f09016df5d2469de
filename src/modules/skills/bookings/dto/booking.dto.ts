import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { PageQuery } from '../../../../common/http/pagination';
import { AbsentOr } from '../../../../common/validation/absent-or.decorator';
import { IsMoment } from '../../../../common/validation/is-moment.decorator';
import { IsText } from '../../../../common/validation/is-text.decorator';
import { BOOKING_STATUSES, type BookingStatus } from '../booking.transitions';

/** Asks for a time of a listing's owner. */
export class RequestBookingDto {
  @ApiProperty({
    example: '2026-12-01T16:30:00Z',
    description: 'ISO 8601; in the future, at most a year ahead. May lie outside the availability.',
  })
  @IsMoment()
  startsAt: string;

  @ApiProperty({
    example: '2026-12-01T18:00:00Z',
    description: 'ISO 8601; not included. After startsAt, by 24 hours at most.',
  })
  @IsMoment()
  endsAt: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 1000,
    example: 'Fractions, and a test on Friday.',
    description: 'For the owner.',
  })
  @IsOptional()
  @IsText(1, 1000)
  note?: string | null;
}

/** Declining or cancelling. */
export class EndBookingDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 500,
    example: 'I am ill.',
    description: 'For the other one.',
  })
  @IsOptional()
  @IsText(1, 500)
  reason?: string | null;
}

export class ReviewBookingDto {
  @ApiProperty({ minimum: 1, maximum: 5, example: 5 })
  @IsInt()
  @Min(1)
  @Max(5)
  rating: number;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 2000,
    example: 'Patient, and on time.',
  })
  @IsOptional()
  @IsText(1, 2000)
  text?: string | null;
}

export class ListBookingsQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: ['client', 'owner'],
    example: 'owner',
    description: 'Only those you asked for, or only those you were asked for.',
  })
  @AbsentOr()
  @IsIn(['client', 'owner'])
  as?: 'client' | 'owner';

  @ApiPropertyOptional({ enum: BOOKING_STATUSES, example: 'requested' })
  @AbsentOr()
  @IsIn(BOOKING_STATUSES)
  status?: BookingStatus;
}
