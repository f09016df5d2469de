import { createHash } from 'node:crypto';
import type { TestApp } from '../support/app';
import { sendAll } from '../support/notifications';

/**
 * What is in the database: how many documents each collection holds, and a fingerprint of them, so that a change of one
 * document is noticed too.
 */
export async function collectionCounts(server: TestApp): Promise<Record<string, string>> {
  // The mail of somebody who has just registered is nobody's input either.
  await sendAll(server);
  const { db } = server.connection;
  if (!db) throw new Error('not connected');
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(
    ({ name }) => name,
  );
  const counts: Record<string, string> = {};
  for (const name of names.sort()) {
    // The wave that looks for helpers again and again is nobody's input.
    const documents = await db
      .collection(name)
      .find({}, { projection: { dispatch: 0 }, sort: { _id: 1 } })
      .toArray();
    const print = createHash('sha256').update(JSON.stringify(documents)).digest('base64url');
    counts[name] = `${documents.length} ${print.slice(0, 8)}`;
  }
  return counts;
}
