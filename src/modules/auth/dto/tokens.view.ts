import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class TokensView {
  @ApiProperty({
    example: 'eyJhbGciOiJIUzI1NiIs…',
    description: 'Send it as `Authorization: Bearer …`.',
  })
  accessToken: string;

  @ApiProperty({ example: 900, description: 'Life of the access token in seconds.' })
  expiresIn: number;

  @ApiPropertyOptional({
    example: '665f1c2ab7e4d2f3a1b0c9d8.Ur3…w.9fK…A',
    description:
      'With `"tokenDelivery": "body"` alone; otherwise it is the cookie `refresh_token`.',
  })
  refreshToken?: string;
}
