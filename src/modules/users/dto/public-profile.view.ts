import { ApiProperty } from '@nestjs/swagger';

/** What every logged-in user may know of another. */
export class PublicProfile {
  @ApiProperty({ example: '665f1c2ab7e4d2f3a1b0c9d8' })
  id: string;

  @ApiProperty({ example: 'Sam Okafor' })
  displayName: string;

  @ApiProperty({ type: String, nullable: true, example: 'Paramedic, off duty on weekends.' })
  bio: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'https://cdn.example.org/sam.jpg' })
  avatarUrl: string | null;

  @ApiProperty({ example: 500, minimum: 0, maximum: 1000 })
  trustScore: number;

  @ApiProperty({ example: true, description: 'An operator checked this helper.' })
  verified: boolean;
}
