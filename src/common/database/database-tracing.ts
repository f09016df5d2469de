import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { CommandStartedEvent, MongoClient } from 'mongodb';
import { tracer } from '../tracing/span';

/**
 * One span a command, where a request or other traced work sent it. From the driver's own events: the usual
 * instrumentation sends error messages to the collector, and that of a duplicate key may quote the address somebody
 * registered with.
 *
 * @param client one with `monitorCommands`.
 */
export function traceCommands(client: MongoClient): void {
  const spans = new Map<number, Span>();
  const end = (requestId: number, error?: Error): void => {
    const span = spans.get(requestId);
    spans.delete(requestId);
    if (error) {
      span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.setAttribute('error.type', error.name);
    }
    span?.end();
  };
  client.on('commandStarted', (event) => {
    if (trace.getActiveSpan()?.isRecording()) spans.set(event.requestId, commandSpan(event));
  });
  client.on('commandSucceeded', ({ requestId }) => end(requestId));
  client.on('commandFailed', ({ requestId, failure }) => end(requestId, failure));
}

/** Names alone: what was asked for and written is in none of the attributes. */
function commandSpan({ commandName, databaseName, command }: CommandStartedEvent): Span {
  const collection: unknown = command[commandName];
  const named = typeof collection === 'string';
  return tracer.startSpan(named ? `${commandName} ${collection}` : commandName, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'mongodb',
      'db.namespace': databaseName,
      'db.operation.name': commandName,
      ...(named ? { 'db.collection.name': collection } : {}),
    },
  });
}
