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

export interface IdempotentOptions {
  /** Without it the first answer is kept and given again. */
  replay?: Type<ReplayView>;
}

/** The route takes an Idempotency-Key: a repeat has no second effect and answers as the first did. */
export const Idempotent = (options: IdempotentOptions = {}) =>
  applyDecorators(SetMetadata(IDEMPOTENT_ROUTE, options), ApiIdempotencyKey());
