import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { DomainError } from '../../common/errors/domain-error';
import { AccessService } from '../auth/access.service';
import type { ClientSocket } from './live-sockets';

/**
 * Whether the person behind a socket may still act. Revocation closes sockets, but it is learnt from the change stream:
 * while that lags, this asks the database, as HTTP does (docs/design.md). A socket has no age: it lives with its session.
 */
@Injectable()
export class SocketAccessGuard implements CanActivate {
  constructor(private readonly access: AccessService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const socket = context.switchToWs().getClient<ClientSocket>();
    const { id, role, sessionId } = socket.data.actor;
    try {
      socket.data.actor = await this.access.admit({
        userId: id.toHexString(),
        sid: sessionId.toHexString(),
        role,
        email: '',
        exp: Infinity,
      });
    } catch (error) {
      if (error instanceof DomainError && error.status < 500) socket.disconnect(true);
      throw error;
    }
    return true;
  }
}
