import { setTimeout as delay } from 'node:timers/promises';
import { isTracingWanted } from './tracing-wanted';

/** A collector that is away must not hold up a shutdown. */
const FLUSH_LIMIT_MS = 2000;

/**
 * Starts OpenTelemetry as its standard variables say (docs/operations.md). Where they do not ask for it, nothing of its
 * SDK is loaded.
 *
 * @returns a function that sends what has been recorded, and ends it.
 */
export async function startTracing(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  if (!isTracingWanted(env)) return async () => undefined;
  // Metrics are scraped and logs go to stdout: traces alone are pushed.
  env.OTEL_METRICS_EXPORTER ||= 'none';
  env.OTEL_LOGS_EXPORTER ||= 'none';
  // Not the process: its arguments and folders are nobody's business.
  env.OTEL_NODE_RESOURCE_DETECTORS ||= 'env,host,serviceinstance';
  env.OTEL_SERVICE_NAME ||= 'allynet';
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK();
  sdk.start();
  return async () => {
    await Promise.race([
      sdk.shutdown().catch(() => undefined),
      delay(FLUSH_LIMIT_MS, undefined, { ref: false }),
    ]);
  };
}
