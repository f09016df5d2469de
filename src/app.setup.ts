import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Logger } from 'nestjs-pino';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ConfigType } from '@nestjs/config';
import { AppModule } from './app.module';
import { DomainError } from './common/errors/domain-error';
import { toDomainError } from './common/errors/to-domain-error';
import { failure } from './common/http/envelope';
import { HttpMetrics } from './common/http/http-metrics';
import { useJsonBodies } from './common/http/raw-body';
import { traceRequests } from './common/http/http-tracing';
import { isTracingWanted } from './common/tracing/tracing-wanted';
import { serveApiDocument } from './common/swagger/document';
import { SECOND } from './common/time/clock';
import { appConfig } from './config/app.config';
import { currentEnvironment } from './config/current-environment';
import { SocketAdapter } from './modules/sockets/socket.adapter';

/** Largest JSON body in bytes. The largest legal one is far below it. */
const BODY_LIMIT_BYTES = 100 * 1024;

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const FORM_TYPE = /^multipart\/form-data\s*;/i;

const REQUEST_LIMIT_MS = 15 * SECOND;
/** A form with photographs, over the line that somebody has who is on the road: 40 MiB in it need 3 Mbit/s. */
const FORM_LIMIT_MS = 120 * SECOND;

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
    // A request whose body never comes must not hold a connection, and a shutdown, for ever.
    // The server knows one limit for all; `limitBody` holds all but forms to the shorter one.
    requestTimeout: FORM_LIMIT_MS,
    http: { headersTimeout: REQUEST_LIMIT_MS },
    clientErrorHandler: answerUnreadable,
    // What is refused before there is a route: a URL that cannot be decoded.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const refusal = toDomainError(error);
      void reply.status(refusal.status).header('X-Request-Id', request.id).send(failure(refusal));
    },
  });
}

/** What is not HTTP that we can read, such as a body of another length than was announced, in the one envelope. */
function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const body = JSON.stringify(
    failure(new DomainError('VALIDATION_FAILED', 'The request could not be read.')),
  );
  socket.end(
    'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\n' +
      `X-Request-Id: ${randomUUID()}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** What main.ts and every e2e test share. */
export async function setupApp(app: NestFastifyApplication): Promise<void> {
  const config = app.get<ConfigType<typeof appConfig>>(appConfig.KEY);
  app.useLogger(app.get(Logger));
  app.setGlobalPrefix('api/v1', { exclude: AT_THE_ROOT });
  app.enableCors({
    origin: config.frontendOrigins.includes('*') ? true : config.frontendOrigins,
    credentials: true,
    // Fastify's default stops at POST: a browser would send none of the others.
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-Request-Id', 'Idempotency-Replayed', 'Retry-After'],
  });
  app.useWebSocketAdapter(new SocketAdapter(app, config.frontendOrigins));
  useJsonBodies(app);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        // Where we are served by plain HTTP (a developer's machine), a browser that obeyed this would find no /docs.
        upgradeInsecureRequests: config.publicUrl.startsWith('https:') ? [] : null,
      },
    },
  });
  await app.register(cookie);
  await app.register(multipart);
  const metrics = app.get(HttpMetrics);
  if (isTracingWanted(process.env)) traceRequests(app.getHttpAdapter().getInstance());
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      void reply.header('X-Request-Id', request.id);
      const takesForms = acceptsMultipart(request);
      if (!takesForms) limitBody(request.raw);
      done(bodyRefusal(request.headers, takesForms));
    })
    .addHook('onResponse', (request, reply, done) => {
      metrics.observe(request, reply);
      done();
    });
  serveApiDocument(app);
}

/** Ends a request whose body has not come in time. */
function limitBody(request: IncomingMessage): void {
  if (!announcesBody(request.headers)) return;
  const timer = setTimeout(() => {
    if (!request.complete) answerUnreadable(new Error('The body did not come.'), request.socket);
  }, REQUEST_LIMIT_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

function announcesBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whether the route takes forms with files (AcceptsUploads). */
function acceptsMultipart({ routeOptions }: FastifyRequest): boolean {
  return (
    (routeOptions.config as { acceptsMultipart?: boolean } | undefined)?.acceptsMultipart === true
  );
}

/**
 * Threat: a form on another site can post these types without asking, and the browser sends our cookie along; JSON it
 * cannot. Nest and Fastify would read them. Routes that take files do not look at cookies.
 */
function bodyRefusal(headers: IncomingHttpHeaders, takesForms: boolean): DomainError | undefined {
  const type = headers['content-type'];
  if (!announcesBody(headers) || type === undefined || JSON_TYPE.test(type)) return undefined;
  if (takesForms && FORM_TYPE.test(type)) return undefined;
  return new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
}
