import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Observable, throwError, timeout } from 'rxjs';
import { unavailable } from './errors/domain-error';

/**
 * Past this a request is answered without its result. A primary that hangs without being dead answers nothing, and the driver
 * has no limit for a whole operation (docs/decisions/010-hanging-database.md).
 */
const REQUEST_LIMIT_MS = 5500;
const LEAST_MS = 1000;

/**
 * Answers every request and every socket message in time: with UNAVAILABLE where the result is not there yet. What was begun
 * may still take effect; whoever repeats it with the same Idempotency-Key gets what came of it.
 */
@Injectable()
export class RequestLimitInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    // Guards, which may have asked the database too, have used up some of it.
    const used =
      context.getType() === 'http'
        ? context.switchToHttp().getResponse<FastifyReply>().elapsedTime
        : 0;
    return next.handle().pipe(
      timeout({
        first: Math.max(LEAST_MS, REQUEST_LIMIT_MS - used),
        with: () => throwError(unavailable),
      }),
    );
  }
}
