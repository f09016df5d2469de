/**
 * Whether OpenTelemetry's standard variables ask for traces: an endpoint or an exporter is named, and nothing switches it
 * off.
 */
export function isTracingWanted(env: NodeJS.ProcessEnv): boolean {
  const exporter = env.OTEL_TRACES_EXPORTER ?? '';
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none') return false;
  return [exporter, env.OTEL_EXPORTER_OTLP_ENDPOINT, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some(
    Boolean,
  );
}
