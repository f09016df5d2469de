import { readdir, readFile } from 'node:fs/promises';
import { join as inFolder } from 'node:path';
import { Types } from 'mongoose';
import type { InvitationView } from '../../src/modules/organizations/dto/invitation.dto';
import type { JoinRequestView, MemberView } from '../../src/modules/organizations/dto/member.dto';
import type { OrganizationView } from '../../src/modules/organizations/dto/organization.view';
import type { Membership } from '../../src/modules/organizations/schemas/membership.schema';
import type { Organization } from '../../src/modules/organizations/schemas/organization.schema';
import type { Page } from '../../src/common/http/pagination';
import { type Answer, type Json, must, register, type TestActor } from './actors';
import type { TestApp } from './app';
import { eventually } from './eventually';

/** Where an organization stands is published, so it is no secret whose place would be looked for: four decimals. */
export const HOUSE = { latitude: 52.5201, longitude: 13.4049 };

export async function found(founder: TestActor, fields: Json = {}): Promise<OrganizationView> {
  const body = { name: 'Lindenhof 12', type: 'apartment', joinPolicy: 'open', ...fields };
  return must(await founder.post<OrganizationView>('/organizations', body)).data;
}

export const join = (actor: TestActor, id: string, body?: Json) =>
  actor.post<OrganizationView>(`/organizations/${id}/join`, body);
export const leave = (actor: TestActor, id: string) =>
  actor.post<OrganizationView>(`/organizations/${id}/leave`);
export const see = (actor: TestActor, id: string) =>
  actor.get<OrganizationView>(`/organizations/${id}`);
export const invite = (actor: TestActor, id: string, email: string, role?: string) =>
  actor.post<InvitationView>(`/organizations/${id}/invitations`, {
    email,
    ...(role === undefined ? {} : { role }),
  });
export const accept = (actor: TestActor, token: string) =>
  actor.post<OrganizationView>('/organizations/invitations/accept', { token });
export const give = (actor: TestActor, id: string, userId: string, change: Json) =>
  actor.patch<MemberView>(`/organizations/${id}/members/${userId}`, change);
export const remove = (actor: TestActor, id: string, userId: string) =>
  actor.delete(`/organizations/${id}/members/${userId}`);
export const handOver = (actor: TestActor, id: string, userId: string) =>
  actor.post<OrganizationView>(`/organizations/${id}/owner`, { userId });

export const members = (actor: TestActor, id: string, query = '') =>
  actor.get<Page<MemberView>>(`/organizations/${id}/members${query}`);
export const joinRequests = (actor: TestActor, id: string) =>
  actor.get<Page<JoinRequestView>>(`/organizations/${id}/join-requests`);
export const invitations = (actor: TestActor, id: string) =>
  actor.get<Page<InvitationView>>(`/organizations/${id}/invitations`);

/** Somebody new who came in by themselves. */
export async function joined(server: TestApp, id: string): Promise<TestActor> {
  const person = await register(server);
  must(await join(person, id));
  return person;
}

/** An organization with its founder and so many more admins. */
export async function withAdmins(
  server: TestApp,
  more: number,
): Promise<{ id: string; founder: TestActor; admins: TestActor[] }> {
  const founder = await register(server);
  const { id } = await found(founder);
  const admins: TestActor[] = [];
  for (let index = 0; index < more; index += 1) {
    const admin = await joined(server, id);
    must(await give(founder, id, admin.id, { role: 'admin' }));
    admins.push(admin);
  }
  return { id, founder, admins };
}

/** As if they had opened the link in the mail that shows whose an address is; how that goes is proven elsewhere. */
export async function verifyEmail(server: TestApp, actor: TestActor): Promise<TestActor> {
  await server.connection
    .collection('users')
    .updateOne({ _id: actor.objectId }, { $set: { emailVerified: true } });
  return actor;
}

interface SentMail {
  to: string;
  subject: string;
  text: string;
}

/** Every invitation mail that a server has written to an address. */
export async function invitationMails(server: TestApp, email: string): Promise<SentMail[]> {
  const folder = inFolder(server.dataDir, 'outbox');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const mails = await Promise.all(
    names.toSorted().map(async (name) => {
      return JSON.parse(await readFile(inFolder(folder, name), 'utf8')) as SentMail;
    }),
  );
  return mails.filter(({ to, text }) => to === email && text.includes('/invitations?token='));
}

/** The token of the link in the last mail to an address. */
export async function tokenFor(server: TestApp, email: string, mails = 1): Promise<string> {
  const sent = await eventually(async () => {
    const found = await invitationMails(server, email);
    if (found.length < mails) throw new Error(`${found.length} mails to ${email}`);
    return found;
  });
  const token = /^\S+\/invitations\?token=(\S+)$/m.exec(sent.at(-1)?.text ?? '')?.[1];
  if (token === undefined) throw new Error(`No link in ${sent.at(-1)?.text}`);
  return token;
}

/** What was answered, in a word. */
export function outcome({ status, error }: Answer<unknown>): string {
  return error ? `${status} ${error.code}` : String(status);
}

/** An organization and its rows as they are on disk, in one snapshot. */
export async function onDisk(
  server: TestApp,
  id: string,
): Promise<{ organization: Organization; rows: Membership[] }> {
  const key = new Types.ObjectId(id);
  return server.connection.transaction(
    async (session) => {
      const organization = await server.connection
        .collection<Organization>('organizations')
        .findOne({ _id: key }, { session });
      if (!organization) throw new Error(`There is no organization ${id}.`);
      const rows = await server.connection
        .collection<Membership>('memberships')
        .find({ organization: key }, { session })
        .toArray();
      return { organization, rows };
    },
    { readConcern: { level: 'snapshot' } },
  );
}

/** What must be true of an organization at every instant. */
export async function checkRoster(
  server: TestApp,
  id: string,
  capacity = 25,
): Promise<Membership[]> {
  const { organization, rows } = await onDisk(server, id);
  const admins = rows.filter(({ role, suspended }) => role === 'admin' && !suspended);
  expect({ members: organization.memberCount, admins: organization.adminCount }).toEqual({
    members: rows.length,
    admins: admins.length,
  });
  expect(rows.length).toBeLessThanOrEqual(capacity);
  expect(new Set(rows.map(({ user }) => user.toHexString())).size).toBe(rows.length);
  if (!organization.hidden) {
    expect(admins.length).toBeGreaterThanOrEqual(1);
    expect(admins.map(({ user }) => user.toHexString())).toContain(
      organization.owner.toHexString(),
    );
  }
  return rows;
}
