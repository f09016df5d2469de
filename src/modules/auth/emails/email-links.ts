import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { DomainError } from '../../../common/errors/domain-error';
import { Clock, later, SECOND } from '../../../common/time/clock';
import { authConfig } from '../../../config/auth.config';
import { type IssuedLink, linkTokenHash, newLinkToken } from '../link-tokens';
import { EmailLink } from '../schemas/email-link.schema';

/**
 * Links of one account that may be on their way at once. Threat: an account made with somebody else's address, which has
 * mail sent there again and again; the rate by the minute alone would let thousands through in a day.
 */
const LINKS_AT_ONCE = 5;

/** The tokens in mails that prove an address: random, stored hashed, bound to the address, good for one use within a day. */
@Injectable()
export class EmailLinks {
  constructor(
    @InjectModel(EmailLink.name) private readonly links: Model<EmailLink>,
    @Inject(authConfig.KEY) private readonly config: ConfigType<typeof authConfig>,
    private readonly clock: Clock,
  ) {}

  /**
   * Inside a transaction that holds the account, or two at once would both count one too few.
   *
   * @throws DomainError RATE_LIMITED
   */
  async issue(link: { user: Types.ObjectId; email: string; change: boolean }): Promise<IssuedLink> {
    const now = this.clock.now();
    const underway = await this.links
      .find({ user: link.user, expiresAt: { $gt: now } })
      .sort({ expiresAt: 1 })
      .limit(LINKS_AT_ONCE)
      .lean<EmailLink[]>();
    const [oldest] = underway;
    if (oldest && underway.length === LINKS_AT_ONCE) {
      const seconds = Math.ceil((oldest.expiresAt.getTime() - now.getTime()) / SECOND);
      throw new DomainError(
        'RATE_LIMITED',
        'Enough mails are on their way. Open the link in one of them, or try again tomorrow.',
        undefined,
        seconds,
      );
    }
    const token = newLinkToken();
    const expiresAt = later(now, this.config.emailTokenSeconds * SECOND);
    await this.links.create([{ ...link, tokenHash: linkTokenHash(token), expiresAt }]);
    return { token, expiresAt };
  }

  /** Takes the link away and tells what it was for; of two who come with the same one, one gets null. */
  async use(token: string): Promise<EmailLink | null> {
    return this.links
      .findOneAndDelete({
        tokenHash: linkTokenHash(token),
        expiresAt: { $gt: this.clock.now() },
      })
      .lean<EmailLink>();
  }

  /** Ends the links that are still on their way: all, or one kind of them. */
  async discard(user: Types.ObjectId, kind: { change?: boolean } = {}): Promise<void> {
    await this.links.deleteMany({ ...kind, user });
  }
}
