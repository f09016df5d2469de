import { HttpException } from '@nestjs/common';
import {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoError,
} from 'mongodb';
import mongoose from 'mongoose';
import { DomainError, unavailable } from './domain-error';
import { type ErrorCode } from './error-codes';

const BY_STATUS: Record<number, { code: ErrorCode; message: string }> = {
  400: { code: 'VALIDATION_FAILED', message: 'The request is not valid.' },
  401: { code: 'UNAUTHENTICATED', message: 'Log in first: send a valid access token.' },
  403: { code: 'FORBIDDEN', message: 'You are not allowed to do this.' },
  404: { code: 'NOT_FOUND', message: 'There is nothing at this address.' },
  // A part of the path that is longer than anything of ours (FST_ERR_MAX_PARAM_LENGTH).
  414: { code: 'NOT_FOUND', message: 'There is nothing at this address.' },
  413: { code: 'PAYLOAD_TOO_LARGE', message: 'The request body is too large.' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'Send the body as application/json.' },
  429: { code: 'RATE_LIMITED', message: 'Too many requests. Wait a moment and try again.' },
};

/** Fastify answers these before a route is reached; each has a code of its own. */
const BY_FASTIFY_CODE: Record<string, { code: ErrorCode; message: string }> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'MALFORMED_JSON', message: 'The body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'MALFORMED_JSON',
    message: 'The JSON body is empty. Send {}, or no Content-Type.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'MALFORMED_JSON',
    message: 'The body does not have the length that was announced.',
  },
};

/**
 * Anything that was thrown, as an error of the contract. What is not recognised becomes INTERNAL and carries no detail:
 * the log has it, the client does not.
 */
export function toDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (isDatabaseAway(thrown)) return unavailable();
  // Nest wraps Fastify's own refusals; what they were is in the cause.
  const inner = thrown instanceof HttpException ? (thrown.cause ?? thrown) : thrown;
  const { code, statusCode } = Object(inner) as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string' && BY_FASTIFY_CODE[code]) return from(BY_FASTIFY_CODE[code]);
  if (inner instanceof SyntaxError && statusCode === 400) {
    return new DomainError('MALFORMED_JSON', 'The body is not valid JSON.');
  }
  const status = thrown instanceof HttpException ? thrown.getStatus() : Number(statusCode);
  const known = BY_STATUS[status];
  if (known) return from(known);
  return new DomainError('INTERNAL', 'Something went wrong on our side. Try again in a moment.');
}

function from({ code, message }: { code: ErrorCode; message: string }): DomainError {
  return new DomainError(code, message);
}

/** True for a database that cannot be reached or has no primary now: the caller may try again. */
export function isDatabaseAway(thrown: unknown): boolean {
  if (thrown instanceof mongoose.Error.MongooseServerSelectionError) return true;
  if (thrown instanceof MongoServerSelectionError || thrown instanceof MongoNetworkError)
    return true;
  // Around the failure of a bulk write the driver puts an error of another kind, without labels where others failed before.
  if (thrown instanceof MongoBulkWriteError && thrown.errorResponse instanceof Error) {
    return isDatabaseAway(thrown.errorResponse);
  }
  if (!(thrown instanceof MongoError)) return false;
  return (
    thrown.hasErrorLabel('TransientTransactionError') ||
    thrown.hasErrorLabel('UnknownTransactionCommitResult') ||
    thrown.hasErrorLabel('RetryableWriteError') ||
    thrown.name === 'MongoPoolClearedError' ||
    thrown.name === 'MongoNotConnectedError' ||
    thrown.name === 'MongoWaitQueueTimeoutError' ||
    // 50: MaxTimeMSExpired; 10107, 13435, 11602, 189, 91, 11600: no primary here, or it is going away
    (thrown instanceof MongoServerError &&
      [50, 91, 189, 10_107, 11_600, 11_602, 13_435].includes(Number(thrown.code)))
  );
}
