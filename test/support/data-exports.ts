import type { DataExportView } from '../../src/modules/data-protection/dto/data-export.dto';
import { type Json, must, type TestActor } from './actors';
import { eventually } from './eventually';
import { unzip } from './zip';

interface Holder {
  export: DataExportView;
}

export const requestExport = (actor: TestActor, body: Json = {}) =>
  actor.post<Holder>('/users/me/export', body);
export const latestExport = async (actor: TestActor): Promise<DataExportView | null> =>
  must(await actor.get<{ export: DataExportView | null }>('/users/me/export')).data.export;

export async function readyExport(actor: TestActor): Promise<DataExportView> {
  return eventually(async () => {
    const found = await latestExport(actor);
    if (found?.status !== 'ready') throw new Error(`The export is ${found?.status}.`);
    return found;
  });
}

/** What the link gives to somebody. The path alone counts: the server does not stand where its links say. */
export function openLink(actor: TestActor, url: string): Promise<Response> {
  return fetch(`${actor.server.url}${new URL(url).pathname}`, {
    headers: { authorization: `Bearer ${actor.token}` },
  });
}

/** The archive of somebody as it is downloaded: each section by its name, as it was in JSON. */
export async function archiveOf(actor: TestActor): Promise<Map<string, Buffer>> {
  const { link } = await readyExport(actor);
  const answer = await openLink(actor, link?.url ?? '');
  if (answer.status !== 200) throw new Error(`The link answers ${answer.status}.`);
  return unzip(Buffer.from(await answer.arrayBuffer()));
}

export function section(archive: Map<string, Buffer>, name: string): Json[] {
  return JSON.parse(String(archive.get(`${name}.json`))) as Json[];
}
