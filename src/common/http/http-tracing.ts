import {
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tracer } from '../tracing/span';

/**
 * One span a request, child of the caller's where it sent a `traceparent`. By hooks of our own: the usual instrumentation
 * would send the query string, the address and the browser of each person to the collector.
 */
export function traceRequests(server: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, { span: Span; within: Context }>();
  server.addHook('onRequest', (request, _, done) => {
    const route = request.routeOptions.url;
    if (route === undefined || /^\/(health|metrics|docs)/.test(route)) return done();
    const parent = propagation.extract(context.active(), request.headers);
    const span = tracer.startSpan(
      `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': request.method,
          'http.route': route,
          'allynet.request_id': request.id,
        },
      },
      parent,
    );
    const within = trace.setSpan(parent, span);
    spans.set(request, { span, within });
    context.with(within, done);
  });
  // Reading a body goes on in the context of the connection: from here on it is the request's own again.
  server.addHook('preHandler', (request, _, done) => {
    context.with(spans.get(request)?.within ?? context.active(), done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request)?.span;
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}
