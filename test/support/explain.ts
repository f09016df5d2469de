import type { CommandStartedEvent, Document } from 'mongodb';
import type { TestApp } from './app';

/** Commands that read by a filter, and so by an index or by all of a collection. */
const READS = ['find', 'aggregate', 'count', 'distinct'];
/** What a command carries of its connection, session and transaction; explain takes none of it. */
const ENVELOPE = [
  '$clusterTime',
  '$db',
  '$readPreference',
  'autocommit',
  'lsid',
  'maxTimeMS',
  'readConcern',
  'startTransaction',
  'txnNumber',
];

/**
 * Has MongoDB explain every read that the server sends while `work` runs, and fails for one that reads a whole collection,
 * with the command. It holds for few documents too: where an index fits, MongoDB does not even consider the scan.
 *
 * A joined collection (`$lookup`) is seen only if there are documents to join.
 *
 * @param server one that was started with `monitorCommands`.
 * @returns how many reads there were.
 */
export async function explainAll(server: TestApp, work: () => Promise<unknown>): Promise<number> {
  const client = server.connection.getClient();
  const { db } = server.connection;
  if (!client.options.monitorCommands || !db) {
    throw new Error('Start the server with startTestApp({ monitorCommands: true }).');
  }
  const reads: Document[] = [];
  const record = (event: CommandStartedEvent): void => {
    if (isRead(event)) reads.push(event.command);
  };
  client.on('commandStarted', record);
  try {
    await work();
  } finally {
    client.off('commandStarted', record);
  }
  const scans: string[] = [];
  for (const read of reads) {
    const command = Object.fromEntries(
      Object.entries(read).filter(([field]) => !ENVELOPE.includes(field)),
    );
    // With statistics, because the planner alone says nothing of how a $lookup reads.
    const plan = await db.command({ explain: command, verbosity: 'executionStats' });
    if (scansCollection(plan)) scans.push(JSON.stringify(command));
  }
  if (scans.length > 0) {
    throw new Error(`COLLSCAN: these read whole collections:\n${[...new Set(scans)].join('\n')}`);
  }
  return reads.length;
}

/** Change streams read no collection; they are no list's, but open whenever they like. */
function isRead({ commandName, command }: CommandStartedEvent): boolean {
  if (!READS.includes(commandName)) return false;
  const [first] = (command.pipeline as Document[] | undefined) ?? [];
  return first?.$changeStream === undefined;
}

/** Looks at whatever a plan is made of, save for plans that were not taken. */
function scansCollection(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(scansCollection);
  if (part === null || typeof part !== 'object') return false;
  const { stage, strategy, collectionScans, ...rest } = part as Document;
  if (stage === 'COLLSCAN') return true;
  // How a $lookup read what it joins: as a stage of the pipeline, or taken into the plan.
  if (Number(collectionScans ?? 0) > 0) return true;
  if (stage === 'EQ_LOOKUP' && ['NestedLoopJoin', 'HashJoin'].includes(String(strategy)))
    return true;
  return Object.entries(rest).some(
    ([name, value]) => name !== 'rejectedPlans' && name !== 'command' && scansCollection(value),
  );
}
