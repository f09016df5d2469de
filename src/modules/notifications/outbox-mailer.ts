import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { appConfig } from '../../config/app.config';
import { Clock } from '../../common/time/clock';
import { type Mail, Mailer } from './mailer';

/** Development's mail: each one a JSON file under `DATA_DIR/outbox/`, for people and tests to read. */
@Injectable()
export class OutboxMailer extends Mailer implements OnApplicationBootstrap {
  private readonly logger = new Logger('Outbox');

  constructor(
    @Inject(appConfig.KEY) private readonly config: ConfigType<typeof appConfig>,
    private readonly clock: Clock,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    if (this.config.production) {
      this.logger.warn(
        `No mail server is configured: mail is NOT SENT but written to ${this.folder}. Password resets do not reach anybody.`,
      );
    }
  }

  async send(mail: Mail): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const name = `${this.clock.now().toISOString().replaceAll(':', '-')}-${randomUUID()}`;
    const unfinished = join(this.folder, `.${name}.tmp`);
    const file = join(this.folder, `${name}.json`);
    // Mail holds reset links: readable by the owner alone, and never seen half written.
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ channel: 'email', ...mail }, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
    // Where it is, not what it says: logs are read by more people.
    this.logger.log(`Mail written to ${file}`);
  }

  private get folder(): string {
    return join(this.config.dataDir, 'outbox');
  }
}
