import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  Matches,
  Max,
  Min,
  registerDecorator,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';
import {
  type DatedHours,
  isTimeZone,
  overlap,
  type WeeklyHours,
  type WeeklySlot,
} from './weekly-hours';

const START = /^([01]\d|2[0-3]):[0-5]\d$/;
const END = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
/** Six a day are more than anybody keeps. */
const MOST_SLOTS_A_DAY = 6;

/** A period of a day in local time. */
export class DaySlotDto {
  @ApiProperty({ example: '09:00', description: 'Local time, "HH:MM".' })
  @Matches(START, { message: '$property must be a time such as 09:00' })
  from: string;

  @ApiProperty({
    example: '17:30',
    description:
      'Local time, "HH:MM", up to "24:00"; not included. What crosses midnight is two slots.',
  })
  @Matches(END, { message: '$property must be a time such as 17:30, at most 24:00' })
  @IsAfterStart()
  to: string;
}

/** A period of the week in local time. */
export class WeeklySlotDto extends DaySlotDto implements WeeklySlot {
  @ApiProperty({ example: 1, minimum: 0, maximum: 6, description: '0 is Sunday.' })
  @IsInt()
  @Min(0)
  @Max(6)
  day: number;
}

/** When somebody is there, week after week. */
export class WeeklyHoursDto implements WeeklyHours {
  @ApiProperty({ example: 'Europe/Berlin', description: 'Name of the IANA time zone database.' })
  @IsTimeZone()
  timeZone: string;

  @ApiProperty({ type: [WeeklySlotDto], description: 'Without overlaps.' })
  @IsArray()
  @ArrayMaxSize(7 * MOST_SLOTS_A_DAY)
  @ValidateNested({ each: true })
  @Type(() => WeeklySlotDto)
  @IsWithoutOverlaps()
  slots: WeeklySlotDto[];
}

/** The hours of one date, instead of those of its weekday. */
export class DatedHoursDto implements DatedHours {
  @ApiProperty({ example: '2026-12-24', description: 'Local date, "YYYY-MM-DD".' })
  @IsDay()
  date: string;

  @ApiProperty({ type: [DaySlotDto], description: 'Empty: closed. Without overlaps.' })
  @IsArray()
  @ArrayMaxSize(MOST_SLOTS_A_DAY)
  @ValidateNested({ each: true })
  @Type(() => DaySlotDto)
  @IsWithoutOverlaps()
  slots: DaySlotDto[];
}

export function IsTimeZone(): PropertyDecorator {
  return rule('isTimeZone', isTimeZone, '$property must be a time zone such as Europe/Berlin');
}

function IsAfterStart(): PropertyDecorator {
  return rule(
    'isAfterStart',
    (to, { object }) => {
      const { from } = object as Partial<DaySlotDto>;
      return typeof to === 'string' && typeof from === 'string' && from < to;
    },
    '$property must be after from; what crosses midnight is two slots',
  );
}

function IsWithoutOverlaps(): PropertyDecorator {
  return rule(
    'isWithoutOverlaps',
    (slots) => Array.isArray(slots) && slots.every(isSlot) && !overlap(slots),
    '$property must not overlap',
  );
}

function IsDay(): PropertyDecorator {
  return rule(
    'isDay',
    (value) => {
      if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
      const parsed = new Date(`${value}T00:00:00Z`);
      return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value);
    },
    '$property must be a date such as 2026-12-24',
  );
}

function isSlot(value: unknown): value is DaySlotDto {
  const { from, to } = Object(value) as Partial<DaySlotDto>;
  return typeof from === 'string' && typeof to === 'string';
}

function rule(
  name: string,
  validate: (value: unknown, given: ValidationArguments) => boolean,
  message: string,
): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown, given?: ValidationArguments) =>
          given !== undefined && validate(value, given),
        defaultMessage: () => message,
      },
    });
  };
}
