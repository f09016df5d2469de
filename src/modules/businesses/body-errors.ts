import type { ErrorCode } from '../../common/errors/error-codes';
import { TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';

/** How a request with a body can be refused before it is looked at. */
export const BODY_ERRORS: readonly ErrorCode[] = [
  'VALIDATION_FAILED',
  'MALFORMED_JSON',
  ...TOKEN_ERRORS,
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_KEY_REUSED',
];
