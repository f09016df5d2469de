import type { DomainError } from '../errors/domain-error';

export interface Success<T> {
  success: true;
  data: T;
}

export interface Failure {
  success: false;
  error: { code: string; message: string; details?: unknown };
}

export type Envelope<T> = Success<T> | Failure;

/** What the client gets when it worked: over HTTP as the body, over sockets as the acknowledgement. */
export function success<T>(data: T): Success<T> {
  return { success: true, data };
}

/** What the client gets when it did not. */
export function failure(error: DomainError): Failure {
  return {
    success: false,
    error: {
      code: error.code,
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  };
}
