import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsNumber, IsOptional, Max, Min } from 'class-validator';

/** The widest circle of uncertainty that still says something; a device that reports more knows nothing. */
const COARSEST_ACCURACY_METERS = 100_000;

/** A place that a client sends: degrees (WGS 84) and how sure the device is of them. */
export class PlaceDto {
  @ApiProperty({ example: 52.52, minimum: -90, maximum: 90, description: 'Degrees, WGS 84.' })
  @IsNumber()
  @Min(-90)
  @Max(90)
  latitude: number;

  @ApiProperty({ example: 13.405, minimum: -180, maximum: 180, description: 'Degrees, WGS 84.' })
  @IsNumber()
  @Min(-180)
  @Max(180)
  longitude: number;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    example: 12,
    minimum: 0,
    maximum: COARSEST_ACCURACY_METERS,
    description: 'Radius of uncertainty in metres; absent or null when the device does not say.',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(COARSEST_ACCURACY_METERS)
  accuracyMeters?: number | null;
}

/** A place that is published as it is, such as a shop's: how sure a device is of it is no question. */
export class PublicPlaceDto extends PickType(PlaceDto, ['latitude', 'longitude']) {}

/** A place as it is shown to somebody: exactly, or as the cell that it lies in. */
export class ShownPlaceDto {
  @ApiProperty({ example: 52.520008, description: 'Degrees, WGS 84.' })
  latitude: number;

  @ApiProperty({ example: 13.404954, description: 'Degrees, WGS 84.' })
  longitude: number;

  @ApiProperty({
    enum: ['exact', 'coarse'],
    example: 'coarse',
    description: '`coarse`: the centre of a fixed cell of about 500 m.',
  })
  precision: 'exact' | 'coarse';
}
