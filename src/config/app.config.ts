import { registerAs } from '@nestjs/config';
import { resolve } from 'node:path';
import { currentEnvironment } from './current-environment';

/** How the server meets the outside: port, origins, folders, limits. */
export const appConfig = registerAs('app', () => {
  const environment = currentEnvironment();
  return {
    nodeEnv: environment.NODE_ENV,
    production: environment.NODE_ENV === 'production',
    port: environment.PORT,
    publicUrl: environment.PUBLIC_URL ?? `http://localhost:${environment.PORT}`,
    frontendOrigins: environment.FRONTEND_URL.split(',').map((origin) => origin.trim()),
    dataDir: resolve(environment.DATA_DIR),
    logLevel: environment.LOG_LEVEL,
    rateLimits: environment.RATE_LIMITS === 'on',
    trustProxy: environment.TRUST_PROXY,
    metricsToken: environment.METRICS_TOKEN,
  };
});
