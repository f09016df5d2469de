import type { ErrorCode } from '../../../common/errors/error-codes';
import { TOKEN_ERRORS } from '../../../common/swagger/api-envelope.decorators';

/** How a change of a booking can be refused. */
export const BOOKING_CHANGE_ERRORS: ErrorCode[] = [
  'VALIDATION_FAILED',
  'MALFORMED_JSON',
  ...TOKEN_ERRORS,
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID_TRANSITION',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_KEY_REUSED',
];
