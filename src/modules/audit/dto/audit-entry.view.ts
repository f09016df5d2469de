import { ApiProperty } from '@nestjs/swagger';

/** One entry of the record of what staff did and saw. */
export class AuditEntryView {
  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40520' })
  id: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 412, description: 'Place in the chain.' })
  seq: number;

  @ApiProperty({ example: '2026-11-22T20:15:00.000Z', format: 'date-time' })
  at: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '6561f0a4c2b6a1d2e3f40516',
    description: 'Null: the system by itself.',
  })
  actorId: string | null;

  @ApiProperty({
    example: 'report.decided',
    description: '`seen.…`: they were shown something that is not for everybody.',
  })
  action: string;

  @ApiProperty({ example: '6561f0a4c2b6a1d2e3f40519', description: 'What they acted on.' })
  targetId: string;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    example: { status: { from: 'active', to: 'suspended' } },
    description: 'What was changed; null once the account it tells of is erased.',
  })
  changes: Record<string, unknown> | null;

  @ApiProperty({
    example: '9f2c4d5be1a7f00d3c66a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6',
    description: 'Of this entry and the hash before it.',
  })
  hash: string;
}
