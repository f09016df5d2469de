import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { ClientSocket } from './live-sockets';
import { SocketRates, tooManyMessages } from './socket-rates';

/** Refuses messages of a user who sends too many. */
@Injectable()
export class SocketRateGuard implements CanActivate {
  constructor(private readonly rates: SocketRates) {}

  canActivate(context: ExecutionContext): boolean {
    const { actor } = context.switchToWs().getClient<ClientSocket>().data;
    if (this.rates.allow(actor.id.toHexString(), context.switchToWs().getPattern())) return true;
    throw tooManyMessages();
  }
}
