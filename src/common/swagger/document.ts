import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

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
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
  });
}
