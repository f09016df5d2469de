import { ApiProperty } from '@nestjs/swagger';

/** Where somebody was, and when that was known. */
export class LocationView {
  @ApiProperty({ example: 52.52, description: 'Degrees, WGS 84.' })
  latitude: number;

  @ApiProperty({ example: 13.405, description: 'Degrees, WGS 84.' })
  longitude: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 12,
    description: 'Radius of uncertainty in metres.',
  })
  accuracyMeters: number | null;

  @ApiProperty({ example: '2026-11-22T10:15:30.000Z', format: 'date-time' })
  updatedAt: string;
}
