import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes';

class ErrorBody {
  @ApiProperty({ example: 'VALIDATION_FAILED', description: 'Stable; decide by this one.' })
  code: string;

  @ApiProperty({ example: 'Some fields are not valid. See details for each.' })
  message: string;

  @ApiProperty({
    required: false,
    description:
      'Depends on the code: fields for VALIDATION_FAILED, the present status for INVALID_TRANSITION.',
    oneOf: [
      {
        type: 'array',
        items: {
          type: 'object',
          required: ['field', 'messages'],
          properties: {
            field: { type: 'string' },
            messages: { type: 'array', items: { type: 'string' } },
          },
        },
      },
      { type: 'object' },
    ],
    example: [{ field: 'location.latitude', messages: ['latitude must not be greater than 90'] }],
  })
  details?: unknown;
}

/** The one shape of every failure. */
export class ErrorEnvelope {
  @ApiProperty({ example: false, enum: [false] })
  success: boolean;

  @ApiProperty({ type: ErrorBody })
  error: ErrorBody;
}

interface SuccessOptions {
  status?: number;
  description?: string;
}

/** The success answer of a route: `model` as `data` inside the envelope. */
export function ApiData(model: Type, { status = 200, description = 'Done.' }: SuccessOptions = {}) {
  return applyDecorators(
    ApiExtraModels(model),
    ApiResponse({ status, description, schema: envelope({ $ref: getSchemaPath(model) }) }),
  );
}

/** A success answer whose `data` is `model` or null. */
export function ApiNullableData(
  model: Type,
  { status = 200, description = 'Done.' }: SuccessOptions = {},
) {
  return applyDecorators(
    ApiExtraModels(model),
    ApiResponse({
      status,
      description,
      schema: envelope({ nullable: true, allOf: [{ $ref: getSchemaPath(model) }] }),
    }),
  );
}

/** A success answer that carries nothing: `data` is null. */
export function ApiNoData({ status = 200, description = 'Done.' }: SuccessOptions = {}) {
  return ApiResponse({
    status,
    description,
    schema: envelope({ type: 'object', nullable: true, example: null }),
  });
}

/** A list: `data: {items, nextCursor}`. */
export function ApiPage(
  model: Type,
  { status = 200, description = 'A page.' }: SuccessOptions = {},
) {
  return applyDecorators(
    ApiExtraModels(model),
    ApiResponse({
      status,
      description,
      schema: envelope({
        type: 'object',
        required: ['items', 'nextCursor'],
        properties: {
          items: { type: 'array', items: { $ref: getSchemaPath(model) } },
          nextCursor: { type: 'string', nullable: true, example: null },
        },
      }),
    }),
  );
}

/** How a route that needs an access token can refuse it. */
export const TOKEN_ERRORS: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'TOKEN_EXPIRED',
  'ACCOUNT_SUSPENDED',
];

/** How a change of something with a state can be refused; what every body adds is added by itself (document.ts). */
export const CHANGE_ERRORS: readonly ErrorCode[] = [
  'VALIDATION_FAILED',
  ...TOKEN_ERRORS,
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID_TRANSITION',
  'IDEMPOTENCY_KEY_REUSED',
];

/**
 * The error answers of a route, grouped by status. INTERNAL, UNAVAILABLE and RATE_LIMITED can meet any route and are
 * always there.
 */
export function ApiErrors(...codes: ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes, 'RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE'] as ErrorCode[]) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(
    ApiExtraModels(ErrorEnvelope),
    ...[...byStatus].map(([status, names]) =>
      ApiResponse({
        status,
        description: names.join(', '),
        schema: { $ref: getSchemaPath(ErrorEnvelope) },
      }),
    ),
  );
}

function envelope(data: object) {
  return {
    type: 'object',
    required: ['success', 'data'],
    properties: { success: { type: 'boolean', enum: [true], example: true }, data },
  };
}
