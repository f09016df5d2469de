/**
 * Every error code a client can meet, with its HTTP status and whether it is our fault (`error` in the log) or the
 * caller's (`info`). The same codes travel over HTTP and sockets.
 */
export const ERROR_CODES = {
  VALIDATION_FAILED: { status: 400, logLevel: 'info' },
  MALFORMED_JSON: { status: 400, logLevel: 'info' },
  INVALID_CURSOR: { status: 400, logLevel: 'info' },
  INVALID_SIGNATURE: { status: 400, logLevel: 'warn' },
  UNAUTHENTICATED: { status: 401, logLevel: 'info' },
  TOKEN_EXPIRED: { status: 401, logLevel: 'info' },
  INVALID_CREDENTIALS: { status: 401, logLevel: 'info' },
  REFRESH_TOKEN_REUSED: { status: 401, logLevel: 'warn' },
  FORBIDDEN: { status: 403, logLevel: 'info' },
  ACCOUNT_SUSPENDED: { status: 403, logLevel: 'info' },
  NOT_FOUND: { status: 404, logLevel: 'info' },
  EMERGENCY_ALREADY_LIVE: { status: 409, logLevel: 'info' },
  INVALID_TRANSITION: { status: 409, logLevel: 'info' },
  ALREADY_RESPONDED: { status: 409, logLevel: 'info' },
  EMAIL_TAKEN: { status: 409, logLevel: 'info' },
  CONFLICT: { status: 409, logLevel: 'info' },
  PAYLOAD_TOO_LARGE: { status: 413, logLevel: 'info' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, logLevel: 'info' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, logLevel: 'info' },
  RATE_LIMITED: { status: 429, logLevel: 'info' },
  INTERNAL: { status: 500, logLevel: 'error' },
  UNAVAILABLE: { status: 503, logLevel: 'error' },
} as const satisfies Record<string, { status: number; logLevel: 'info' | 'warn' | 'error' }>;

export type ErrorCode = keyof typeof ERROR_CODES;
