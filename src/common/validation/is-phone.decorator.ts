import { Matches } from 'class-validator';

/** A telephone number as ITU-T E.164 writes it: `+` and 7 to 15 digits. */
export const IsPhone = (): PropertyDecorator =>
  Matches(/^\+\d{7,15}$/, {
    message: '$property must be + and 7 to 15 digits, such as +4930123456',
  });
