import type { ErrorCode } from '../../common/errors/error-codes';
import { TOKEN_ERRORS } from '../../common/swagger/api-envelope.decorators';

/** How a change of an existing request, offer or thread can be refused. */
export const CHANGE_ERRORS: ErrorCode[] = [
  'VALIDATION_FAILED',
  ...TOKEN_ERRORS,
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID_TRANSITION',
  'IDEMPOTENCY_KEY_REUSED',
];
