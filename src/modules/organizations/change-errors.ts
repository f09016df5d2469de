import type { ErrorCode } from '../../common/errors/error-codes';
import { TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';

/** How a change of an organization can be refused. */
export const CHANGE_ERRORS: ErrorCode[] = [
  'VALIDATION_FAILED',
  'MALFORMED_JSON',
  ...TOKEN_ERRORS,
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_KEY_REUSED',
];
