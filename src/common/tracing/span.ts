import { type Span, SpanStatusCode, trace } from '@opentelemetry/api';

export const tracer = trace.getTracer('allynet');

/**
 * Runs work inside a span. Without tracing this is a call and nothing more. Attributes are not for personal data: what a
 * span holds leaves the house.
 */
export function inSpan<T>(name: string, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      // The kind of error alone: messages may quote what somebody wrote.
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  });
}
