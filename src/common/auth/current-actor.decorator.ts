import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '../errors/domain-error';
import type { Actor } from './actor';

/** The authenticated caller of a route or of a socket message. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const actor =
    context.getType() === 'ws'
      ? context.switchToWs().getClient<{ data: { actor?: Actor } }>().data.actor
      : context.switchToHttp().getRequest<{ user?: Actor }>().user;
  if (!actor) throw new DomainError('UNAUTHENTICATED', 'Log in first: send a valid access token.');
  return actor;
});
