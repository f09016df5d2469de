import { type Collection, type Document, ObjectId } from 'mongodb';
import type { Relations } from './canary-watch';

/** Where in the database of a server stands who may know something of whom. */
export function relationsIn(collection: (name: string) => Collection): Relations {
  const exists = async (name: string, filter: Document): Promise<boolean> =>
    (await collection(name).findOne(filter, { projection: { _id: 1 } })) !== null;
  const among = (people: string[]): Document => ({ $in: people.map((id) => new ObjectId(id)) });
  const takesPart = (people: string[]): Document => ({
    $or: [{ requester: among(people) }, { 'responses.helper': among(people) }],
  });
  return {
    tookPartTogether: async (viewer, owners) =>
      (await exists('emergencies', { $and: [takesPart([viewer]), takesPart(owners)] })) ||
      // The chosen helper of a help request knows its place.
      (await exists('help_offers', {
        helper: new ObjectId(viewer),
        requester: among(owners),
        acceptedAt: { $ne: null },
      })) ||
      // Whose booking was accepted knows where the listing is.
      exists('bookings', {
        client: new ObjectId(viewer),
        owner: among(owners),
        acceptedAt: { $ne: null },
      }),
    cameToHelpByName: (viewer, owners) =>
      exists('emergencies', {
        requester: among(owners),
        'responses.helper': new ObjectId(viewer),
        anonymous: { $ne: true },
      }),
  };
}
