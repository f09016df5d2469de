import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { ERROR_CODES } from '../../common/errors/error-codes';
import { toDomainError } from '../../common/errors/to-domain-error';
import { failure } from '../../common/http/envelope';

/** Everything thrown by a socket message, as its acknowledgement, in the one envelope. */
@Catch()
export class SocketExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger(SocketExceptionFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = toDomainError(thrown);
    if (ERROR_CODES[error.code].logLevel === 'error') this.logger.error(thrown);
    const acknowledge: unknown = host.getArgs().find((argument) => typeof argument === 'function');
    if (typeof acknowledge === 'function') acknowledge(failure(error));
    else
      host
        .switchToWs()
        .getClient<{ emit(event: string, data: unknown): void }>()
        .emit('exception', failure(error));
  }
}
