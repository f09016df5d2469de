import { applyDecorators, SetMetadata, type Type } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Actor } from '../auth/actor';

export const IDEMPOTENT_ROUTE = 'allynet:idempotent';
export const REPLAYED_HEADER = 'Idempotency-Replayed';

/** Describes the header in the API's document. */
export const ApiIdempotencyKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Your name for this request, 1–200 visible ASCII characters, kept 24 h. A repeat has no second effect and answers ' +
      `as the first did, with \`${REPLAYED_HEADER}: true\`.`,
  });

/** Makes the answer of a repeat from what is now, for what the caller may not see for ever. */
export interface ReplayView {
  /** @throws DomainError when the caller may not see it any more. */
  replay(actor: Actor, params: Record<string, string>): Promise<unknown>;
}

/**
 * What a route does outside of its transaction, such as calls to other companies: after what the handler wrote has
 * committed, and again at each repeat, so it must be repeatable. Gives the answer, first and repeated.
 */
export interface Completion {
  /** @param kept what the handler returned: plain JSON, kept with the key. */
  complete(actor: Actor, kept: unknown): Promise<unknown>;
}

export interface IdempotentOptions {
  /** Without it the first answer is kept and given again. */
  replay?: Type<ReplayView>;
  /** Instead of `replay`. Also where the request has no key. */
  complete?: Type<Completion>;
}

/** The route takes an Idempotency-Key: a repeat has no second effect and answers as the first did. */
export const Idempotent = (options: IdempotentOptions = {}) =>
  applyDecorators(SetMetadata(IDEMPOTENT_ROUTE, options), ApiIdempotencyKey());
