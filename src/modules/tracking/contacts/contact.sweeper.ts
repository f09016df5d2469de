import { Injectable } from '@nestjs/common';
import { SWEEP_BATCH, Sweeper } from '../../../common/sweeper/sweeper';
import { ContactJobs } from '../../emergencies/contact-jobs';
import { ContactNotices } from './contact-notices';

/** Finds whose contacts are to be told something. */
@Injectable()
export class ContactSweeper extends Sweeper {
  constructor(
    private readonly jobs: ContactJobs,
    private readonly notices: ContactNotices,
  ) {
    super();
  }

  protected async round(): Promise<void> {
    const due = await this.attempt(() => this.jobs.due(SWEEP_BATCH));
    for (const job of due ?? []) {
      if (this.stopped) return;
      await this.attempt(() => this.notices.run(job));
    }
  }
}
