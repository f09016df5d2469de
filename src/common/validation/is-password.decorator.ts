import { registerDecorator } from 'class-validator';

export const PASSWORD_MIN_BYTES = 10;
/** bcrypt reads no further: what follows would look checked and count for nothing. */
export const PASSWORD_MAX_BYTES = 72;

export function isPassword(value: unknown): boolean {
  if (typeof value !== 'string' || value.includes('\0')) return false;
  const bytes = Buffer.byteLength(value, 'utf8');
  return bytes >= PASSWORD_MIN_BYTES && bytes <= PASSWORD_MAX_BYTES;
}

/** A new password, measured in UTF-8 bytes as bcrypt reads it. Not for checking one: a wrong one is simply wrong. */
export function IsPassword(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isPassword',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: isPassword,
        defaultMessage: () =>
          `$property must be ${PASSWORD_MIN_BYTES} to ${PASSWORD_MAX_BYTES} bytes long (UTF-8), without a NUL`,
      },
    });
  };
}
