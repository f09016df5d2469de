import { randomBytes } from 'node:crypto';
import type { DemoDatabase } from './demo-database';

export interface Credentials {
  email: string;
  password: string;
}

/**
 * The environment of the demo's server. Everything that a `.env` of the developer could set otherwise is said outright,
 * so that the demo is the same everywhere.
 */
export function serverSettings(
  database: DemoDatabase,
  dataDir: string,
  port: number,
  admin: Credentials,
): Record<string, string> {
  return {
    NODE_ENV: 'development',
    MONGODB_URI: database.uri,
    MONGODB_DATABASE: database.name,
    DATA_DIR: dataDir,
    PUBLIC_URL: `http://localhost:${port}`,
    JWT_SECRET: randomBytes(48).toString('base64url'),
    JWT_REFRESH_SECRET: randomBytes(48).toString('base64url'),
    // 200 people register from one address, and their phones report their positions in accelerated time.
    RATE_LIMITS: 'off',
    // The least that is allowed outside tests.
    BCRYPT_ROUNDS: '10',
    LOG_LEVEL: 'warn',
    BOOTSTRAP_ADMIN_EMAIL: admin.email,
    BOOTSTRAP_ADMIN_PASSWORD: admin.password,
  };
}
