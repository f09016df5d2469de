import { ApiProperty } from '@nestjs/swagger';

const ID = '6561f0a4c2b6a1d2e3f40516';

class HelpEventActorDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: ID,
    description: 'Null for the system, and for a helper who is no longer the chosen one.',
  })
  id: string | null;

  @ApiProperty({ enum: ['requester', 'helper', 'moderator', 'system'], example: 'helper' })
  role: string;
}

/** An event of the timeline of a help request. */
export class HelpEventDto {
  @ApiProperty({ example: ID, description: 'The same wherever the event shows up.' })
  id: string;

  @ApiProperty({ enum: ['help_request'], example: 'help_request' })
  kind: string;

  @ApiProperty({ example: ID, description: 'The help request.' })
  subjectId: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 2,
    description: 'Place in the timeline, without gaps.',
  })
  seq: number | null;

  @ApiProperty({ example: 'help_request.accepted' })
  type: string;

  @ApiProperty({ type: HelpEventActorDto })
  actor: HelpEventActorDto;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z' })
  at: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { from: 'open', to: 'accepted' },
    description: 'Depends on the type: docs/realtime.md.',
  })
  data: unknown;
}
