import type { FastifyRequest } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** `@RouteConfig(RAW_BODY)`: the route gets its body as the bytes that came, whose signature can be verified. */
export const RAW_BODY = { rawBody: true } as const;

/** Largest body of a RAW_BODY route in bytes: what providers send is larger than what people do. */
const RAW_BODY_LIMIT_BYTES = 1024 * 1024;

/**
 * Reads JSON bodies, but leaves those of RAW_BODY routes alone: they are not even parsed before their signature is verified.
 * To be called before the application starts.
 */
export function useJsonBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    const { rawBody } = (route.config ?? {}) as { rawBody?: boolean };
    if (rawBody) route.bodyLimit = RAW_BODY_LIMIT_BYTES;
  });
  const { bodyLimit } = fastify.initialConfig;
  const parse = fastify.getDefaultJsonParser('error', 'error');
  app.useBodyParser('application/json', { bodyLimit: bodyLimit ?? 0 }, (request, body, done) => {
    const { config } = request.routeOptions as { config?: { rawBody?: boolean } };
    if (config?.rawBody) done(null, body);
    else void parse(request as FastifyRequest, body.toString(), done);
  });
}
