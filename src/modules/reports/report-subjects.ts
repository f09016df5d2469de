import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongodb';
import type { Types } from 'mongoose';
import type { Actor } from '../../common/auth/actor';
import { DomainError } from '../../common/errors/domain-error';
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

/** What was decided to be taken away. */
export interface CondemnedSubject {
  id: Types.ObjectId;
  /** Whose words were reported. */
  owner: Types.ObjectId | null;
}

/** How a module takes its things away, and back. Inside the transaction of the decision. */
export interface SubjectHandling {
  /** @returns false where the module does not know such a thing (any more). */
  remove(session: ClientSession, actor: Actor, subject: CondemnedSubject): Promise<boolean>;
  /** Left out where what is gone cannot come back. @returns whether it is there again. */
  restore?(session: ClientSession, actor: Actor, subject: CondemnedSubject): Promise<boolean>;
}

interface Registration extends Partial<SubjectHandling> {
  find: SubjectResolver;
}

/**
 * What can be reported. Each module registers its own things in `onModuleInit`, so that reports know no domain. A kind may
 * have several resolvers (messages are written in several places): the first that knows the thing answers.
 */
@Injectable()
export class ReportSubjects {
  private readonly registrations = new Map<ReportSubjectKind, Registration[]>();

  /** @param handling left out for people, who are not removed. */
  register(
    kind: ReportSubjectKind,
    find: SubjectResolver,
    handling: Partial<SubjectHandling> = {},
  ): void {
    this.registrations.set(kind, [...this.of(kind), { find, ...handling }]);
  }

  /** Null where no module knows such a thing that `actor` may see. */
  async find(
    actor: Actor,
    kind: ReportSubjectKind,
    id: Types.ObjectId,
  ): Promise<ReportedSubject | null> {
    for (const { find } of this.of(kind)) {
      const subject = await find(actor, id);
      if (subject) return subject;
    }
    return null;
  }

  /** @returns false where there was nothing (left) to take away. */
  async remove(
    session: ClientSession,
    actor: Actor,
    kind: ReportSubjectKind,
    subject: CondemnedSubject,
  ): Promise<boolean> {
    return this.first(kind, ({ remove }) => remove?.(session, actor, subject));
  }

  /** @returns false where it cannot come back. */
  async restore(
    session: ClientSession,
    actor: Actor,
    kind: ReportSubjectKind,
    subject: CondemnedSubject,
  ): Promise<boolean> {
    return this.first(kind, ({ restore }) => restore?.(session, actor, subject));
  }

  private async first(
    kind: ReportSubjectKind,
    act: (registration: Registration) => Promise<boolean> | undefined,
  ): Promise<boolean> {
    for (const registration of this.of(kind)) {
      if (await unlessGone(act(registration))) return true;
    }
    return false;
  }

  private of(kind: ReportSubjectKind): Registration[] {
    return this.registrations.get(kind) ?? [];
  }
}

/** What its owner removed meanwhile needs no removal: the decision about the person stands all the same. */
async function unlessGone(done: Promise<boolean> | undefined): Promise<boolean> {
  try {
    return (await done) ?? false;
  } catch (error) {
    const gone =
      error instanceof DomainError && ['NOT_FOUND', 'INVALID_TRANSITION'].includes(error.code);
    if (gone) return false;
    throw error;
  }
}
