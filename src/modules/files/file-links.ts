import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { signerOf, signFor } from '../../common/security/purpose-signature';
import { Clock, later, SECOND } from '../../common/time/clock';
import { appConfig } from '../../config/app.config';
import { authConfig, type KeyRing } from '../../config/auth.config';

/** Long enough to open it, too short to be passed on. */
const LINK_SECONDS = 60;

/** Keeps what is signed here from serving anywhere else. */
const PURPOSE = 'file link';

const FORM = /^([a-z-]{1,40})\.([0-9a-f]{24})\.([0-9a-f]{24})\.(\d{1,12})\.([\w-]{43})$/;

export interface FileLink {
  url: string;
  expiresAt: Date;
}

/** What a link says, once its seal was found to be ours and its time not over. */
export interface LinkedFile {
  purpose: string;
  subject: Types.ObjectId;
}

/**
 * Short-lived links to private files: what for, which thing, for whom and until when, sealed. They name no stored file, and
 * they are no key by themselves: whoever opens one must be logged in as the person it was made for, and what the link is for is
 * asked again whether they may (FileSources). A link in a history, a log or a chat is worth nothing to anybody else.
 */
@Injectable()
export class FileLinks {
  private readonly keys: KeyRing;

  constructor(
    @Inject(appConfig.KEY) private readonly app: ConfigType<typeof appConfig>,
    @Inject(authConfig.KEY) auth: ConfigType<typeof authConfig>,
    private readonly clock: Clock,
  ) {
    this.keys = auth.accessKeys;
  }

  /**
   * @param purpose one that is registered with FileSources.
   * @param seconds how long it can be opened: a minute, where nothing is said.
   */
  issue(viewer: Actor, purpose: string, subject: Types.ObjectId, seconds = LINK_SECONDS): FileLink {
    const expiresAt = later(this.clock.now(), seconds * SECOND);
    const content = [
      purpose,
      subject.toHexString(),
      viewer.id.toHexString(),
      Math.floor(expiresAt.getTime() / SECOND),
    ].join('.');
    const url = `${this.app.publicUrl}/api/v1/files/${content}.${signFor(PURPOSE, this.keys.signing, content)}`;
    return { url, expiresAt };
  }

  /** Null for a link that is not ours, for somebody else, or over: the three look alike. */
  read(viewer: Actor, token: string): LinkedFile | null {
    const [, purpose = '', subject = '', person = '', until = '', given = ''] =
      FORM.exec(token) ?? [];
    const content = [purpose, subject, person, until].join('.');
    const isOurs = signerOf(PURPOSE, this.keys.accepted, content, given) !== undefined;
    if (!isOurs || person !== viewer.id.toHexString()) return null;
    if (Number(until) * SECOND <= this.clock.now().getTime()) return null;
    return { purpose, subject: new Types.ObjectId(subject) };
  }
}
