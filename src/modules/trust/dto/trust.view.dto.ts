import { ApiProperty } from '@nestjs/swagger';
import { TRUST_EVENT_KINDS, type TrustEventKind } from '../schemas/trust-event.schema';

const TIME = '2026-11-22T10:15:30.000Z';

/** Where somebody's score stands, and what it is made of. */
export class TrustDto {
  @ApiProperty({
    example: 682,
    minimum: 0,
    maximum: 1000,
    description: '500 is where everybody starts; it goes back there as points grow old.',
  })
  trustScore: number;

  @ApiProperty({ example: TIME, description: 'The moment for which all of this holds.' })
  asOf: string;

  @ApiProperty({
    example: 286.5,
    description: 'Points that count now: a rescue is worth 100 at most, and half after 180 days.',
  })
  earned: number;

  @ApiProperty({
    example: 0,
    description: 'Points that bad ratings and upheld reports take now.',
  })
  lost: number;

  @ApiProperty({ example: 4, description: 'From how many people the points come.' })
  people: number;
}

export class TrustSourceDto {
  @ApiProperty({ enum: ['emergency', 'help_request', 'booking'], example: 'emergency' })
  kind: 'emergency' | 'help_request' | 'booking';

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516' })
  id: string;
}

/** Something that changed one's trust. Who gave their word is not in it. */
export class TrustEventDto {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40517' })
  id: string;

  @ApiProperty({ enum: TRUST_EVENT_KINDS, example: 'rescue' })
  kind: TrustEventKind;

  @ApiProperty({
    example: 100,
    minimum: -1000,
    maximum: 1000,
    description:
      'What it was worth at most on its day. What counts now is in `GET /users/me/trust`.',
  })
  points: number;

  @ApiProperty({
    type: TrustSourceDto,
    nullable: true,
    description: 'What it came of; null for a report.',
  })
  source: TrustSourceDto | null;

  @ApiProperty({ example: TIME })
  at: string;
}
