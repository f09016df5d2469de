import { ApiProperty } from '@nestjs/swagger';

class EventActorDto {
  @ApiProperty({ type: String, nullable: true, example: '6561f0a4c2b6a1d2e3f40516' })
  id: string | null;

  @ApiProperty({ enum: ['requester', 'helper', 'moderator', 'system'], example: 'helper' })
  role: string;
}

export class TimelineEventDto {
  @ApiProperty({
    example: '6561f0a4c2b6a1d2e3f40517',
    description: 'The same wherever the event shows up.',
  })
  id: string;

  @ApiProperty({ example: 'emergency' })
  kind: string;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40516', description: 'The emergency.' })
  subjectId: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 2,
    description: 'Place in the timeline, without gaps.',
  })
  seq: number | null;

  @ApiProperty({ example: 'helper.joined' })
  type: string;

  @ApiProperty({ type: EventActorDto })
  actor: EventActorDto;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z' })
  at: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { from: 'active', to: 'responding' },
    description: 'Depends on the type: docs/realtime.md.',
  })
  data: unknown;
}
