import type { ClientSession } from 'mongodb';
import { Types } from 'mongoose';
import { FileStore, newFileKey } from '../../src/common/files/file-store';
import { FileDeletionSweeper } from '../../src/common/files/file-deletion.sweeper';
import { Files } from '../../src/common/files/files';
import { TransactionRunner } from '../../src/common/database/transaction-runner';
import { HOUR, MINUTE, SECOND } from '../../src/common/time/clock';
import { FileLinks } from '../../src/modules/files/file-links';
import { FileSources } from '../../src/modules/files/file-sources';
import { register, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';

const HTML = '<script>alert(1)</script>';

describe('Private files by links', () => {
  let server: TestApp;
  let owner: TestActor;
  let stranger: TestActor;
  let key: string;
  let allowed = true;
  const subject = new Types.ObjectId();

  beforeAll(async () => {
    server = await startTestApp();
    owner = await register(server);
    stranger = await register(server);
    const files = server.get(Files);
    key = await files.add(Buffer.from(HTML), { contentType: 'application/zip' });
    await server.get(TransactionRunner).run((session) => files.keep(session, [key]));
    server
      .get(FileSources)
      .register('test-file', async (viewer, id) =>
        allowed && viewer.id.equals(owner.objectId) && id.equals(subject)
          ? { key, contentType: 'application/zip', fileName: 'mine.zip' }
          : null,
      );
  });

  afterEach(() => (allowed = true));
  afterAll(() => server.close());

  const link = (person: TestActor, purpose = 'test-file', id = subject): string => {
    const actor = { id: person.objectId, role: 'user', sessionId: new Types.ObjectId() } as const;
    return new URL(server.get(FileLinks).issue(actor, purpose, id).url).pathname;
  };
  const open = (path: string, person?: TestActor): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      headers: person ? { authorization: `Bearer ${person.token}` } : {},
    });

  it('gives the file to whom the link was made for: to save, never to show, and kept by no cache', async () => {
    const answer = await open(link(owner), owner);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/zip',
      'content-length': String(HTML.length),
      'content-disposition': 'attachment; filename="mine.zip"',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(await answer.text()).toBe(HTML);
  });

  it('gives it to nobody else, with whatever link', async () => {
    expect((await open(link(owner))).status).toBe(401);
    expect((await open(link(owner), stranger)).status).toBe(404);
    expect((await open(link(stranger), stranger)).status).toBe(404);
    expect((await open(link(stranger), owner)).status).toBe(404);
  });

  it('asks at each look whether they still may', async () => {
    const path = link(owner);
    expect((await open(path, owner)).status).toBe(200);
    allowed = false;
    expect((await open(path, owner)).status).toBe(404);
  });

  it('refuses a link with a character changed, another purpose, subject, person or time', async () => {
    const path = link(owner);
    const [, , , , token = ''] = path.split('/');
    const parts = token.split('.');
    const changed = parts.map((part, at) => {
      const others = [
        'other-file',
        new Types.ObjectId().toHexString(),
        stranger.id,
        String(Number(part) + 1000),
        `${part.slice(0, -2)}${part.endsWith('AA') ? 'BB' : 'AA'}`,
      ];
      return parts.map((kept, index) => (index === at ? others[at] : kept)).join('.');
    });
    for (const bad of [...changed, token.slice(1), `${token}A`, 'nonsense', token.toUpperCase()]) {
      expect((await open(`/api/v1/files/${bad}`, owner)).status).toBe(404);
    }
    expect((await open(link(owner, 'never-registered'), owner)).status).toBe(404);
    expect((await open(path, owner)).status).toBe(200);
  });

  it('ends with its minute', async () => {
    const path = link(owner);
    server.clock.advance(MINUTE - 5 * SECOND);
    expect((await open(path, owner)).status).toBe(200);
    server.clock.advance(6 * SECOND);
    expect((await open(path, owner)).status).toBe(404);
  });

  describe('The life of a file', () => {
    const files = () => server.get(Files);
    const store = () => server.get(FileStore);
    const sweep = () => server.get(FileDeletionSweeper).sweep();
    const transact = (work: (session: ClientSession) => Promise<void>) =>
      server.get(TransactionRunner).run(work);
    const add = () => files().add(Buffer.from('a'), { contentType: 'application/pdf' });

    it('one that no row came to refer to is deleted after an hour, one that was kept is not', async () => {
      const [lost, kept] = [await add(), await add()];
      await transact((session) => files().keep(session, [kept]));
      server.clock.advance(HOUR - MINUTE);
      await sweep();
      expect(await store().exists(lost)).toBe(true);
      server.clock.advance(2 * MINUTE);
      await sweep();
      expect(await store().exists(lost)).toBe(false);
      expect(await store().exists(kept)).toBe(true);
      await expect(transact((session) => files().keep(session, [lost]))).rejects.toMatchObject({
        code: 'UNAVAILABLE',
      });
    });

    it('one that was begun and never written is forgotten in the same way', async () => {
      const unwritten = newFileKey();
      await server.connection
        .collection('file_deletions')
        .insertOne({ _id: unwritten as never, dueAt: server.clock.now(), begun: false });
      await sweep();
      expect(await server.connection.collection('file_deletions').countDocuments()).toBe(0);
    });

    it('one that was discarded is deleted when it is due, and not where the transaction was undone', async () => {
      const [now, later, stays] = [await add(), await add(), await add()];
      await transact((session) => files().keep(session, [now, later, stays]));
      await transact(async (session) => {
        await files().discard(session, [now]);
        await files().discard(session, [later], new Date(server.clock.now().getTime() + HOUR));
      });
      const undone = transact(async (session) => {
        await files().discard(session, [stays]);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      await sweep();
      expect(await Promise.all([now, later, stays].map((one) => store().exists(one)))).toEqual([
        false,
        true,
        true,
      ]);
      server.clock.advance(HOUR);
      await sweep();
      expect(await store().exists(later)).toBe(false);
      expect(await store().exists(stays)).toBe(true);
    });

    it('a node that dies between taking a file up and deleting it leaves it to another', async () => {
      const half = await add();
      await files().abandon([half]);
      await server.connection
        .collection('file_deletions')
        .updateOne(
          { _id: half as never },
          { $set: { begun: true, dueAt: new Date(server.clock.now().getTime() + MINUTE) } },
        );
      await sweep();
      expect(await store().exists(half)).toBe(true);
      await expect(transact((session) => files().keep(session, [half]))).rejects.toMatchObject({
        code: 'UNAVAILABLE',
      });
      server.clock.advance(MINUTE);
      await sweep();
      expect(await store().exists(half)).toBe(false);
    });
  });
});
