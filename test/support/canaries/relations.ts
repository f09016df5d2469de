import { type Collection, type Document, ObjectId } from 'mongodb';
import type { Relations } from './canary-watch';

/** Judges by the emergencies in the database of a server. */
export function relationsIn(emergencies: () => Collection): Relations {
  const exists = async (filter: Document): Promise<boolean> =>
    (await emergencies().findOne(filter, { projection: { _id: 1 } })) !== null;
  const takesPart = (people: string[]): Document => {
    const among = { $in: people.map((id) => new ObjectId(id)) };
    return { $or: [{ requester: among }, { 'responses.helper': among }] };
  };
  return {
    tookPartTogether: (viewer, owners) =>
      exists({ $and: [takesPart([viewer]), takesPart(owners)] }),
    cameToHelpByName: (viewer, owners) =>
      exists({
        requester: { $in: owners.map((id) => new ObjectId(id)) },
        'responses.helper': new ObjectId(viewer),
        anonymous: { $ne: true },
      }),
  };
}
