import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

export class VerifyEmailDto {
  @ApiProperty({ example: 'mT0…Zg', description: 'From the link in the mail.' })
  @IsString()
  @MaxLength(200)
  token: string;
}
