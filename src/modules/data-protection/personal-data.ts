import { Injectable } from '@nestjs/common';
import type { Types } from 'mongoose';

/** Plain objects; dates become ISO 8601, ids hexadecimal. Many rows are better told one after the other. */
export type PersonalRows = AsyncIterable<object> | Iterable<object>;

/** All that a domain keeps of one person, as they may read it. */
export type CollectPersonalData = (user: Types.ObjectId) => PersonalRows | Promise<PersonalRows>;

export interface PersonalSection {
  name: string;
  collect: CollectPersonalData;
}

/** A section becomes a file of the archive: `help-requests` is `help-requests.json`. */
const SECTION_NAME = /^[a-z]+(-[a-z]+)*$/;

/** Lets every domain say what it keeps of a person, without the export knowing the domains. */
@Injectable()
export class PersonalData {
  private readonly registered: PersonalSection[] = [];

  /**
   * @param collect what is theirs and nothing of others: no names, texts or ids of other people, no reporters, no notes of
   * moderators. Asked outside any transaction, while the account is active.
   */
  register(name: string, collect: CollectPersonalData): void {
    if (!SECTION_NAME.test(name) || this.registered.some((section) => section.name === name)) {
      throw new Error(`"${name}" is no name for a section of its own.`);
    }
    this.registered.push({ name, collect });
  }

  get sections(): readonly PersonalSection[] {
    return this.registered.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

/** Rows as they are read, each told as its owner may read it. */
export async function* toldOneByOne<Row>(
  rows: AsyncIterable<Row>,
  tell: (row: Row) => object,
): AsyncGenerator<object> {
  for await (const row of rows) yield tell(row);
}
