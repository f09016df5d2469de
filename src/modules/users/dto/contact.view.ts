import { ApiProperty } from '@nestjs/swagger';

/** Somebody to be told when the user raises an SOS. */
export class ContactView {
  @ApiProperty({ example: '665f1c2ab7e4d2f3a1b0c9d8' })
  id: string;

  @ApiProperty({ example: 'Ada Okafor' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'ada@example.org' })
  email: string | null;

  @ApiProperty({ type: String, nullable: true, example: '+4930123457' })
  phone: string | null;
}
