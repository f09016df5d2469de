import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Types } from 'mongoose';
import { appConfig } from '../../config/app.config';

/** The part of a link behind the address of the app. */
export type PathOf = (id: Types.ObjectId) => string;

/** Where the pages of what notifications are about are; of others the inbox shows what there is. */
const PAGES: Record<string, string> = {
  emergency: 'emergencies',
  help_request: 'help-requests',
  skill: 'skills',
  booking: 'bookings',
  business: 'businesses',
  organization: 'organizations',
  payment: 'payments',
  subscription: 'subscriptions',
  verification: 'verifications',
  report: 'reports',
};

/** The links in messages. A module whose links hold more than an id makes them itself. */
@Injectable()
export class SubjectLinks {
  private readonly paths = new Map<string, PathOf>();

  constructor(@Inject(appConfig.KEY) private readonly app: ConfigType<typeof appConfig>) {}

  register(kind: string, path: PathOf): void {
    this.paths.set(kind, path);
  }

  /** The page of a subject: `help_request` is under `/help-requests/`. */
  to(kind: string, id: Types.ObjectId): string {
    const own = this.paths.get(kind);
    const path = own ? own(id) : `${PAGES[kind] ?? 'notifications'}/${id.toHexString()}`;
    return `${this.app.publicUrl.replace(/\/$/, '')}/${path}`;
  }
}
