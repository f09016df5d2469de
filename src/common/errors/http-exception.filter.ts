import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { failure } from '../http/envelope';
import { ERROR_CODES } from './error-codes';
import { toDomainError } from './to-domain-error';

/** Everything thrown on the way of an HTTP request, in the one envelope. */
@Catch()
export class HttpExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger(HttpExceptionFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    // Guards, pipes and filters given to the application are asked for socket messages too: those have their own.
    if (host.getType() !== 'http') throw thrown;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = toDomainError(thrown);
    if (ERROR_CODES[error.code].logLevel === 'error') this.logger.error(thrown);
    if (error.retryAfterSeconds !== undefined) {
      void reply.header('Retry-After', String(error.retryAfterSeconds));
    }
    void reply.status(error.status).send(failure(error));
  }
}
