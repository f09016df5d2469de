import { ApiProperty } from '@nestjs/swagger';

/** Somebody the user is never matched with. */
export class BlockedUserView {
  @ApiProperty({ example: '665f1c2ab7e4d2f3a1b0c9d8' })
  id: string;

  @ApiProperty({ example: 'Sam Okafor' })
  displayName: string;
}
