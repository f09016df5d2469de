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

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

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
    () => withMoments(withBodyErrors(SwaggerModule.createDocument(app, description))),
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

/** A moment is known by its example, which every property has: its format is said here, not at each of some sixty. */
function withMoments(document: OpenAPIObject): OpenAPIObject {
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    if ('$ref' in schema) continue;
    for (const property of Object.values(schema.properties ?? {})) {
      if ('$ref' in property || property.type !== 'string') continue;
      if (typeof property.example === 'string' && MOMENT.test(property.example)) {
        property.format = 'date-time';
      }
    }
  }
  return document;
}
