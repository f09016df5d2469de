import { SetMetadata } from '@nestjs/common';
import type { Role } from './actor';

export const PUBLIC_ROUTE = 'allynet:public';
export const ALLOWED_ROLES = 'allynet:roles';
export const EXPIRED_TOKEN_ALLOWED = 'allynet:expired-token';
export const SUSPENDED_ALLOWED = 'allynet:suspended';

/** Opens a route to everybody. Every other route needs a valid access token. */
export const Public = () => SetMetadata(PUBLIC_ROUTE, true);

/** Only these roles may use the route. */
export const Roles = (...roles: Role[]) => SetMetadata(ALLOWED_ROLES, roles);

/**
 * Takes a correctly signed access token past its end while its session lives. For raising an SOS alone: nobody loses
 * an alarm to the age of a token.
 */
export const AllowExpiredToken = () => SetMetadata(EXPIRED_TOKEN_ALLOWED, true);

/** Suspended people, too, may use the route. For asking why, and for another look: nothing else of theirs goes on. */
export const AllowSuspended = () => SetMetadata(SUSPENDED_ALLOWED, true);
