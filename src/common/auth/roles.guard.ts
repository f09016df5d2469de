import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '../errors/domain-error';
import type { Actor, Role } from './actor';
import { ALLOWED_ROLES } from './route-access.decorators';

/** Refuses whoever does not have one of the route's `@Roles()`. Runs after authentication. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const allowed = this.reflector.getAllAndOverride<Role[] | undefined>(ALLOWED_ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!allowed) return true;
    const { user } = context.switchToHttp().getRequest<{ user?: Actor }>();
    if (user && allowed.includes(user.role)) return true;
    throw new DomainError('FORBIDDEN', `This needs the role ${allowed.join(' or ')}.`);
  }
}
