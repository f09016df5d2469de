import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Observable, map } from 'rxjs';
import { success } from './envelope';

const BARE_RESPONSE = 'allynet:bare-response';

/** For the few routes whose form others prescribe (health checks, metrics): the answer goes out as it is. */
export const BareResponse = () => SetMetadata(BARE_RESPONSE, true);

/** Wraps what a handler returns in `{success: true, data}`, for HTTP answers and for socket acknowledgements. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const bare = this.reflector.getAllAndOverride<boolean>(BARE_RESPONSE, [
      context.getHandler(),
      context.getClass(),
    ]);
    return bare ? next.handle() : next.handle().pipe(map((data: unknown) => success(data ?? null)));
  }
}
