import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Clock } from '../../src/common/time/clock';
import { AppTap } from './canaries/app-tap';
import { expectNoSightings } from './canaries/canary-watch';

/** A clock that stands still until a test moves it. */
export class TestClock extends Clock {
  private offset = 0;

  override now(): Date {
    return new Date(Date.now() + this.offset);
  }

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }
}

export interface TestApp {
  app: NestFastifyApplication;
  url: string;
  clock: TestClock;
  connection: Connection;
  dataDir: string;
  get: NestFastifyApplication['get'];
  /** Closes the server and drops its database. */
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** Share a database between two servers by giving both the same name. */
  database?: string;
  /** Share the data folder, where mail is written, with another server that closes later. */
  dataDir?: string;
  env?: Record<string, string>;
  /** The driver tells of each command it sends (support/explain.ts). */
  monitorCommands?: boolean;
}

/**
 * Boots the real application on a database of its own, listening on a free loopback port. All that it sends and logs is
 * looked through for secrets in the wrong hands (canaries/), which fail the test.
 */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const uri = process.env.TEST_MONGODB_URI;
  if (!uri) throw new Error('TEST_MONGODB_URI is not set: run the tests through Jest.');
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'allynet-test-'));
  Object.assign(process.env, {
    NODE_ENV: 'test',
    MONGODB_URI: options.monitorCommands ? monitored(uri) : uri,
    MONGODB_DATABASE: options.database ?? `test_${randomBytes(6).toString('hex')}`,
    JWT_SECRET: 'k7Jq2mVx9TfWc4Rz8LpB1nYd5HsG3uEa',
    JWT_REFRESH_SECRET: 'Zt6Qw1Xe9Rv2Cy8Bm4Nk7Lj3Hg5Fd0Sa',
    DATA_DIR: dataDir,
    BCRYPT_ROUNDS: '4',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'debug',
    ...options.env,
  });
  // Imported late: configuration is read when the modules load.
  const { AppModule } = await import('../../src/app.module.js');
  const { createAdapter, setupApp } = await import('../../src/app.setup.js');
  const { LogDestination } = await import('../../src/common/http/log-destination.js');
  const clock = new TestClock();
  const tap = new AppTap();
  const testing = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(LogDestination)
    .useValue({ stream: tap.log })
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createAdapter(), {
    bufferLogs: true,
  });
  tap.attach(app);
  await setupApp(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const connection = app.get<Connection>(getConnectionToken());
  return {
    app,
    url: `http://127.0.0.1:${port}`,
    clock,
    connection,
    dataDir,
    get: app.get.bind(app),
    close: async () => {
      await expectNoSightings();
      if (!options.database) await connection.dropDatabase();
      await app.close();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function monitored(uri: string): string {
  return uri.includes('?') ? `${uri}&monitorCommands=true` : `${uri}/?monitorCommands=true`;
}
