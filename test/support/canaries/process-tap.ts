import { MongoClient } from 'mongodb';
import { inspect, type Place, type Relations } from './canary-watch';
import { accountIn, handsOutTokens, ownerOf, plantFrom, roleIn } from './planting';
import { relationsIn } from './relations';

/** The servers that run as processes of their own, by URL: what they send is looked through where it arrives. */
const processes = new Map<string, Relations>();

/** @param database the name of the server's database, beside the one of the tests. */
export function watchProcess(url: string, database: string | undefined): void {
  processes.set(url, relationsOf(database));
}

/** All that a process wrote, once it has ended. */
export function inspectOutput(output: string): void {
  const nobody = relationsOf(undefined);
  for (const line of output.split('\n')) inspect(line, { channel: 'log', where: line }, nobody);
}

interface Exchange {
  method: string;
  path: string;
  token: string | undefined;
}

/** Before a request: what is sent in it is a secret from now on. */
export function plantSent(url: string, body: unknown, token: string | undefined): void {
  if (processes.has(url)) plantFrom(body, ownerOf(token && `Bearer ${token}`));
}

export function inspectAnswer(
  url: string,
  { method, path, token }: Exchange,
  body: unknown,
  answer: string,
): void {
  const relations = processes.get(url);
  if (!relations) return;
  const hands = handsOutTokens(method, path);
  const account = hands ? accountIn(answer) : null;
  if (account) plantFrom(body, account);
  inspect(
    answer,
    {
      channel: 'HTTP',
      where: `${method} ${path}`,
      viewer: viewerBy(token) ?? (account ? { id: account, staff: false } : null),
      handsOutTokens: hands,
    },
    relations,
  );
}

export function inspectPayload(url: string, token: string, name: string, payload: unknown): void {
  const relations = processes.get(url);
  if (!relations) return;
  const text = JSON.stringify(payload) ?? '';
  inspect(text, { channel: 'socket', where: name, viewer: viewerBy(token) }, relations);
}

function viewerBy(token: string | undefined): Place['viewer'] {
  const id = ownerOf(token && `Bearer ${token}`);
  return id === null ? null : { id, staff: roleIn(token) !== 'user' };
}

/** Asked seldom, so each question has a connection of its own, and none is left open. */
function relationsOf(database: string | undefined): Relations {
  const ask = async (question: (relations: Relations) => Promise<boolean>): Promise<boolean> => {
    const client = await MongoClient.connect(process.env.TEST_MONGODB_URI ?? '');
    try {
      return await question(relationsIn((name) => client.db(database).collection(name)));
    } finally {
      await client.close();
    }
  };
  return {
    tookPartTogether: (...args) => ask((relations) => relations.tookPartTogether(...args)),
    cameToHelpByName: (...args) => ask((relations) => relations.cameToHelpByName(...args)),
  };
}
