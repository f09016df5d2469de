import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsISO4217CurrencyCode, Matches, Max, Min } from 'class-validator';

/** Ten thousand million of the smallest unit: beyond any price here, and far from where numbers lose precision. */
export const MOST_MINOR_UNITS = 10_000_000_000;

/** An amount of money: integer minor units (cents; whole yen; thousandths of a dinar) and its currency. */
export interface Money {
  amountMinor: number;
  currency: string;
}

/** A code of ISO 4217 in capitals. */
export const IsCurrency = (): PropertyDecorator =>
  applyDecorators(
    IsISO4217CurrencyCode({ message: '$property must be a currency of ISO 4217, such as EUR' }),
    Matches(/^[A-Z]{3}$/, { message: '$property must be in capitals, such as EUR' }),
  );

/** Integer minor units of a currency, 0 or more. */
export const IsAmountMinor = (): PropertyDecorator =>
  applyDecorators(IsInt(), Min(0), Max(MOST_MINOR_UNITS));

/** Money that a client sends, and that it is shown. */
export class MoneyDto implements Money {
  @ApiProperty({
    example: 2500,
    minimum: 0,
    maximum: MOST_MINOR_UNITS,
    description: 'Minor units of the currency: 2500 is 25 euros, and 2,500 yen.',
  })
  @IsAmountMinor()
  amountMinor: number;

  @ApiProperty({ example: 'EUR', description: 'ISO 4217.' })
  @IsCurrency()
  currency: string;
}
