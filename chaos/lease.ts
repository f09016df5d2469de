import { type Db, ObjectId } from 'mongodb';
import { setTimeout as delay } from 'node:timers/promises';

const WITHIN_MS = 10_000;

/** The lease that a node took for a wave. */
export interface Lease {
  /** Whether the wave has not been committed since. */
  isHeld(): Promise<boolean>;
}

/** Looks, as often as it can, until some node holds the lease of an emergency's wave; null when none does in time. */
export async function waitForLease(db: Db, emergency: string): Promise<Lease | null> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const token = await tokenOf(db, emergency);
    if (token !== null) return { isHeld: async () => (await tokenOf(db, emergency)) === token };
    if (Date.now() > deadline) return null;
    await delay(1);
  }
}

async function tokenOf(db: Db, emergency: string): Promise<string | null> {
  const found = await db
    .collection<{ dispatch: { lease: { token: string } | null } }>('emergencies')
    .findOne({ _id: new ObjectId(emergency) }, { projection: { 'dispatch.lease': 1 } });
  return found?.dispatch.lease?.token ?? null;
}
