import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Clock } from '../../../common/time/clock';
import { appConfig } from '../../../config/app.config';

/** A message as its file shows it. */
export interface OutboxFile {
  channel: 'email' | 'push' | 'sms';
  to: string;
  subject?: string;
  text: string;
  html?: string;
}

/** Where development's messages go: each one a JSON file under `DATA_DIR/outbox/`, for people and tests to read. */
@Injectable()
export class OutboxFolder {
  private readonly logger = new Logger('Outbox');

  constructor(
    @Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>,
    private readonly clock: Clock,
  ) {}

  get path(): string {
    return join(this.config.dataDir, 'outbox');
  }

  async write(message: OutboxFile): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const name = `${this.clock.now().toISOString().replaceAll(':', '-')}-${randomUUID()}`;
    const unfinished = join(this.path, `.${name}.tmp`);
    const file = join(this.path, `${name}.json`);
    // Messages hold links that open things: readable by the owner alone, and never seen half written.
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(message, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
    // Where it is, not what it says: logs are read by more people.
    this.logger.log(`${message.channel === 'email' ? 'Mail' : message.channel} written to ${file}`);
  }
}
