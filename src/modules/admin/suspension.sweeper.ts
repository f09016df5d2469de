import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '../../common/database/transaction-runner';
import { Sweeper, SWEEP_BATCH } from '../../common/sweeper/sweeper';
import { Clock, MINUTE } from '../../common/time/clock';
import { AuditLog } from '../audit/audit-log';
import { AccountSuspensions } from '../users/account-suspensions';
import { AccountSanctions } from './account-sanctions';

/** Nobody waits at the door for the second. */
const EVERY_MS = MINUTE / 2;

/** Lifts suspensions that were for a time. */
@Injectable()
export class SuspensionSweeper extends Sweeper {
  constructor(
    private readonly suspensions: AccountSuspensions,
    private readonly sanctions: AccountSanctions,
    private readonly audit: AuditLog,
    private readonly transactions: TransactionRunner,
    private readonly clock: Clock,
  ) {
    super(EVERY_MS);
  }

  protected async round(): Promise<void> {
    const now = this.clock.now();
    const over = (await this.attempt(() => this.suspensions.over(now, SWEEP_BATCH))) ?? [];
    for (const user of over) {
      if (this.stopped) return;
      await this.attempt(() =>
        this.transactions.run(async (session) => {
          if (!(await this.sanctions.liftIfOver(session, user, now))) return;
          await this.audit.record(null, 'user.suspension_over', user, {
            status: { from: 'suspended', to: 'active' },
          });
        }),
      );
    }
  }
}
