import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { Sweeper, SWEEP_BATCH } from '../../common/sweeper/sweeper';
import { Clock, DAY, HOUR, later, SECOND } from '../../common/time/clock';
import { appConfig } from '../../config/app.config';
import { Mailer } from '../notifications/mailer';
import { InvitationTokens } from './invitation-tokens';
import { Invitation, INVITATION_LIVES_MS } from './schemas/invitation.schema';
import { Organization } from './schemas/organization.schema';

/** How long a mail that failed, or whose node died while sending it, waits for the next try; doubled each time. */
const FIRST_WAIT_MS = 30 * SECOND;
const LONGEST_WAIT_MS = HOUR;

/**
 * Sends the mails that invitations owe. The node that wrote an invitation sends its mail as soon as it has committed; what
 * fails or is cut off is sent by whichever node finds it due. A mail may come twice then, and never not at all.
 */
@Injectable()
export class InvitationCourier extends Sweeper {
  private readonly log = new Logger(InvitationCourier.name);
  private readonly sending = new Set<Promise<void>>();

  constructor(
    @InjectModel(Invitation.name) private readonly invitations: Model<Invitation>,
    @InjectModel(Organization.name) private readonly organizations: Model<Organization>,
    private readonly tokens: InvitationTokens,
    private readonly mailer: Mailer,
    private readonly clock: Clock,
    @Inject(appConfig.KEY) private readonly app: ConfigType<typeof appConfig>,
  ) {
    super();
  }

  /** Sends one without anybody waiting; where it fails the sweeper tries again. */
  sendSoon(id: Types.ObjectId): void {
    const work = this.send(id)
      .catch((error: unknown) => this.log.warn(`An invitation is sent later: ${String(error)}`))
      .finally(() => this.sending.delete(work));
    this.sending.add(work);
  }

  override async onModuleDestroy(): Promise<void> {
    await super.onModuleDestroy();
    await Promise.all(this.sending);
  }

  protected async round(): Promise<void> {
    const due = await this.attempt(() =>
      this.invitations
        .find({ status: 'pending', mailDueAt: { $lte: this.clock.now() } }, { _id: 1 })
        .sort({ mailDueAt: 1 })
        .limit(SWEEP_BATCH)
        .lean<Invitation[]>(),
    );
    for (const { _id } of due ?? []) {
      if (this.stopped) return;
      await this.attempt(() => this.send(_id));
    }
  }

  /** Takes it from the other nodes for a while, then hands it to the mail server. */
  private async send(id: Types.ObjectId): Promise<void> {
    const now = this.clock.now();
    const owed = { _id: id, status: 'pending' as const, mailDueAt: { $lte: now } };
    const found = await this.invitations.findOne(owed, { mailAttempts: 1 }).lean<Invitation>();
    if (!found) return;
    const invitation = await this.invitations
      .findOneAndUpdate(
        { ...owed, mailAttempts: found.mailAttempts },
        {
          $set: { mailDueAt: later(now, waitAfter(found.mailAttempts)) },
          $inc: { mailAttempts: 1 },
        },
        { returnDocument: 'after' },
      )
      .lean<Invitation>();
    if (!invitation) return;
    if (invitation.expiresAt > now) await this.mail(invitation);
    // Not one that was renewed meanwhile: that one owes another mail.
    await this.invitations.updateOne(
      { _id: id, expiresAt: invitation.expiresAt },
      { $set: { mailDueAt: null, mailedAt: this.clock.now() } },
    );
  }

  private async mail({ _id, organization, email, expiresAt }: Invitation): Promise<void> {
    const found = await this.organizations
      .findOne({ _id: organization, hidden: false }, { name: 1 })
      .lean<Organization>();
    if (!found || email === undefined) return;
    const token = this.tokens.sign({ invitation: _id, expiresAt });
    await this.mailer.send({
      to: email,
      subject: 'You are invited to an organization on AllyNet',
      text: [
        `The admins of the organization "${found.name}" on AllyNet invite you to be a member.`,
        '',
        'To accept, open this link and log in with this e-mail address:',
        '',
        `${this.app.publicUrl.replace(/\/$/, '')}/invitations?token=${token}`,
        '',
        `It works once, within ${INVITATION_LIVES_MS / DAY} days. If you do not know them, ignore this mail: nothing happens.`,
      ].join('\n'),
    });
  }
}

function waitAfter(attempts: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts);
}
