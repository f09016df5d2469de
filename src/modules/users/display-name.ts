import type { Types } from 'mongoose';
import type { PublicName } from './users.service';

/** What stands where the name of somebody stood whose account was erased. */
export const ERASED_NAME = 'Deleted account';

/** The name of somebody among these people, by hexadecimal id; who is not among them was erased. */
export function displayNameIn(
  people: ReadonlyMap<string, Pick<PublicName, 'displayName'>>,
  id: Types.ObjectId | string,
): string {
  const key = typeof id === 'string' ? id : id.toHexString();
  return people.get(key)?.displayName ?? ERASED_NAME;
}
