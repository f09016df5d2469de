import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import type { ReportSubjectKind } from './schemas/report.schema';

/** A thing as its module describes it to somebody who reports it. */
export interface ReportedSubject {
  /** Whose it is; null where it is nobody's alone. Never shown to the reporter: an SOS may be anonymous. */
  owner: Types.ObjectId | null;
  /** The text that is reported, as it reads now: it may be changed or removed before a moderator looks. */
  evidence?: string | null;
}

/** @returns null where the thing does not exist, or must look to `actor` as if it did not. */
export type SubjectResolver = (actor: Actor, id: Types.ObjectId) => Promise<ReportedSubject | null>;

/**
 * What can be reported. Each module registers its own things in `onModuleInit`, so that reports know no domain. A kind may
 * have several resolvers (messages are written in several places): the first that knows the thing answers.
 */
@Injectable()
export class ReportSubjects {
  private readonly resolvers = new Map<ReportSubjectKind, SubjectResolver[]>();

  register(kind: ReportSubjectKind, resolver: SubjectResolver): void {
    this.resolvers.set(kind, [...(this.resolvers.get(kind) ?? []), resolver]);
  }

  /** Null where no module knows such a thing that `actor` may see. */
  async find(
    actor: Actor,
    kind: ReportSubjectKind,
    id: Types.ObjectId,
  ): Promise<ReportedSubject | null> {
    for (const resolve of this.resolvers.get(kind) ?? []) {
      const subject = await resolve(actor, id);
      if (subject) return subject;
    }
    return null;
  }
}
