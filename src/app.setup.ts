import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ConfigType } from '@nestjs/config';
import { AppModule } from './app.module';
import { DomainError } from './common/errors/domain-error';
import { toDomainError } from './common/errors/to-domain-error';
import { failure } from './common/http/envelope';
import { serveApiDocument } from './common/swagger/document';
import { appConfig } from './config/app.config';
import { currentEnvironment } from './config/current-environment';
import { SocketAdapter } from './modules/sockets/socket.adapter';

/** Largest JSON body in bytes. The largest legal one is far below it. */
const BODY_LIMIT_BYTES = 100 * 1024;

const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** Outside the prefix: what the contract puts at the root. */
const AT_THE_ROOT = ['health/live', 'health/ready', 'metrics', 'track/:token'];

/** The whole application, ready to listen. */
export async function createApp(): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, createAdapter(), {
    bufferLogs: true,
    abortOnError: false,
  });
  await setupApp(app);
  return app;
}

export function createAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: currentEnvironment().TRUST_PROXY,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // A path parameter longer than this is no id of ours.
    routerOptions: { maxParamLength: 512 },
    return503OnClosing: true,
    // What is refused before there is a route: a URL that cannot be decoded.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const refusal = toDomainError(error);
      void reply.status(refusal.status).header('X-Request-Id', request.id).send(failure(refusal));
    },
  });
}

/** What main.ts and every e2e test share. */
export async function setupApp(app: NestFastifyApplication): Promise<void> {
  const config = app.get<ConfigType<typeof appConfig>>(appConfig.KEY);
  app.useLogger(app.get(Logger));
  app.setGlobalPrefix('api/v1', { exclude: AT_THE_ROOT });
  app.enableCors({
    origin: config.frontendOrigins.includes('*') ? true : config.frontendOrigins,
    credentials: true,
    exposedHeaders: ['X-Request-Id', 'Idempotency-Replayed', 'Retry-After'],
  });
  app.useWebSocketAdapter(new SocketAdapter(app, config.frontendOrigins));
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        // Where we are served by plain HTTP (a developer's machine), a browser that obeyed this would find no /docs.
        upgradeInsecureRequests: config.publicUrl.startsWith('https:') ? [] : null,
      },
    },
  });
  await app.register(cookie);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      void reply.header('X-Request-Id', request.id);
      done(bodyRefusal(request.headers));
    });
  serveApiDocument(app);
}

/**
 * Threat: a form on another site can post these types without asking, and the browser sends our cookie along; JSON it
 * cannot. Nest and Fastify would read them.
 */
function bodyRefusal(headers: IncomingHttpHeaders): DomainError | undefined {
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const type = headers['content-type'];
  if (!hasBody || type === undefined || JSON_TYPE.test(type)) return undefined;
  return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
}
