import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes';
import { ErrorEnvelope } from './api-envelope.decorators';

/** How every route that reads a body can refuse it, before the route is asked. */
const BODY_ERRORS: ErrorCode[] = [
  'VALIDATION_FAILED',
  'MALFORMED_JSON',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];

/** Serves the API's description: `/docs` for people, `/docs-json` for tools. */
export function serveApiDocument(app: INestApplication): void {
  const description = new DocumentBuilder()
    .setTitle('AllyNet')
    .setDescription(
      'Back end for community emergency response. Every answer is an envelope: `{success: true, data}` or ' +
        '`{success: false, error: {code, message, details?}}`. Times are ISO 8601 UTC, distances metres, ids 24 hex digits.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'access-token')
    .addCookieAuth('refresh_token', { type: 'apiKey', in: 'cookie' }, 'refresh-cookie')
    .build();
  SwaggerModule.setup(
    'docs',
    app,
    () => withBodyErrors(SwaggerModule.createDocument(app, description)),
    {
      jsonDocumentUrl: 'docs-json',
      yamlDocumentUrl: 'docs-yaml',
    },
  );
}

function withBodyErrors(document: OpenAPIObject): OpenAPIObject {
  for (const { post, put, patch, delete: remove } of Object.values(document.paths)) {
    for (const operation of [post, put, patch, remove]) {
      if (!operation?.requestBody) continue;
      for (const code of BODY_ERRORS) {
        const status = String(ERROR_CODES[code].status);
        const known = operation.responses[status];
        const names = known && 'description' in known ? known.description.split(', ') : [];
        operation.responses[status] = {
          description: [...new Set([...names, code])].join(', '),
          content: { 'application/json': { schema: { $ref: getSchemaPath(ErrorEnvelope) } } },
        };
      }
    }
  }
  return document;
}
