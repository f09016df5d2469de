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
    ...testServerSettings(database, dataDir, admin),
    NODE_ENV: 'development',
    PUBLIC_URL: `http://localhost:${port}`,
    // The least that is allowed outside tests.
    BCRYPT_ROUNDS: '10',
  };
}

/** The environment of a server that a test drives from outside. */
export function testServerSettings(
  database: Pick<DemoDatabase, 'uri' | 'name'>,
  dataDir: string,
  admin: Credentials,
): Record<string, string> {
  return {
    NODE_ENV: 'test',
    MONGODB_URI: database.uri,
    MONGODB_DATABASE: database.name,
    DATA_DIR: dataDir,
    JWT_SECRET: randomBytes(48).toString('base64url'),
    JWT_REFRESH_SECRET: randomBytes(48).toString('base64url'),
    // Hundreds of people have the one address of this machine, and their phones report in accelerated time.
    RATE_LIMITS: 'off',
    BCRYPT_ROUNDS: '4',
    LOG_LEVEL: 'warn',
    BOOTSTRAP_ADMIN_EMAIL: admin.email,
    BOOTSTRAP_ADMIN_PASSWORD: admin.password,
  };
}
