import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';

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

/** The route takes an Idempotency-Key: a repeat has no second effect and answers as the first did. */
export const Idempotent = () =>
  applyDecorators(SetMetadata(IDEMPOTENT_ROUTE, true), ApiIdempotencyKey());
