import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

export class DeleteAccountDto {
  @ApiProperty({ example: 'correct horse battery', description: 'The current password.' })
  @IsString()
  @MaxLength(1000)
  password: string;
}
