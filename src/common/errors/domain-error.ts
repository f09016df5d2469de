import { ERROR_CODES, type ErrorCode } from './error-codes';

export interface FieldProblem {
  field: string;
  messages: string[];
}

/** A refusal that the caller should read: a code of the contract, a sentence on what to do, and optional details. */
export class DomainError extends Error {
  /**
   * @param details what the client's code can use, such as `{ status }` of the emergency as it stands.
   * @param retryAfterSeconds sent as `Retry-After`.
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: unknown,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
    this.name = 'DomainError';
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** 404 for what does not exist and for what the caller may not know to exist: the two must look alike. */
export function notFound(what: string): DomainError {
  return new DomainError('NOT_FOUND', `${what} was not found.`);
}

/** 400 for one field, in the shape that the validation pipe gives. */
export function invalidField(field: string, message: string): DomainError {
  return validationFailed([{ field, messages: [message] }]);
}

export function validationFailed(details: FieldProblem[]): DomainError {
  return new DomainError(
    'VALIDATION_FAILED',
    'Some fields are not valid. See details for each.',
    details,
  );
}

export function unavailable(): DomainError {
  return new DomainError(
    'UNAVAILABLE',
    'The service cannot reach its database right now. Try again in a moment with the same request id.',
    undefined,
    1,
  );
}
