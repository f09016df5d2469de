import { Logger } from '@nestjs/common';
import type { Collection, Document } from 'mongodb';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEntryView } from '../../src/modules/audit/dto/audit-entry.view';
import { AUDIT_HEADS, AuditHeadExport } from '../../src/modules/audit/audit-head-export';
import { digestOf, hashOf, newSalt } from '../../src/modules/audit/audit-hash';
import { AuditLog } from '../../src/modules/audit/audit-log';
import { AuditMigration } from '../../src/modules/audit/audit-migration';
import type { AuditEntry } from '../../src/modules/audit/schemas/audit-entry.schema';
import { verifyCommand } from '../../src/modules/audit/verify/verify-command';
import { must, register, staff, type TestActor } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';

describe('The audit log', () => {
  let server: TestApp;
  let log: Collection<AuditEntry>;
  let moderator: TestActor;

  beforeAll(async () => {
    server = await startTestApp();
    log = server.connection.collection<AuditEntry>('audit_log');
    moderator = await staff(server, 'moderator');
  });
  // Each test tampers with a chain of its own.
  beforeEach(async () => {
    await log.deleteMany({});
    await rm(heads(), { force: true });
    for (let made = 0; made < 6; made += 1) await verifySomebody();
    await server.get(AuditHeadExport).sweep();
  });
  afterAll(() => server.close());

  async function verifySomebody(): Promise<TestActor> {
    const person = await register(server);
    must(await moderator.patch(`/admin/users/${person.id}`, { verified: true }));
    return person;
  }

  const heads = () => join(server.dataDir, AUDIT_HEADS);

  async function verify(...args: string[]): Promise<{ code: number; said: string }> {
    const lines: string[] = [];
    const code = await verifyCommand(args, (line) => lines.push(line));
    return { code, said: lines.join('\n') };
  }

  /** What somebody does who can write to the database and knows how the chain is made. */
  async function rewriteFrom(seq: number, change: (row: AuditEntry) => Document): Promise<void> {
    let previous = (await log.findOne({ seq: seq - 1 }))?.hash ?? '0'.repeat(64);
    for (const row of await log
      .find({ seq: { $gte: seq } })
      .sort({ seq: 1 })
      .toArray()) {
      const next: AuditEntry = { ...row, ...(row.seq === seq ? change(row) : {}), previous };
      next.hash = hashOf(next);
      await log.replaceOne({ _id: row._id }, next);
      previous = next.hash;
    }
  }

  it('is whole: each entry stands on the one before, from the first to the exported head', async () => {
    const rows = await log.find().sort({ seq: 1 }).toArray();
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    rows.slice(1).forEach((row, index) => expect(row.previous).toBe(rows[index]?.hash));
    const [line] = (await readFile(heads(), 'utf8')).trim().split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ seq: 6, hash: rows.at(-1)?.hash });
    const { code, said } = await verify();
    expect([code, said]).toEqual([0, expect.stringContaining('6 entries')]);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    [
      'another actor in a row',
      'Entry 3 was changed',
      () => log.updateOne({ seq: 3 }, { $set: { actor: null } }),
    ],
    [
      'another time in a row',
      'Entry 3 was changed',
      () => log.updateOne({ seq: 3 }, { $set: { at: new Date(0) } }),
    ],
    [
      'another text beside a row',
      'What entry 3 says was changed',
      () => log.updateOne({ seq: 3 }, { $set: { 'changes.verified.to': false } }),
    ],
    [
      'the text beside a row gone, although nobody was erased',
      'What entry 3 says is gone',
      () => log.updateOne({ seq: 3 }, { $set: { changes: null, salt: null } }),
    ],
    ['a missing row', 'Entry 3 is missing', () => log.deleteOne({ seq: 3 })],
    [
      'a missing row whose place was closed up',
      'Entry 3 does not follow',
      async () => {
        await log.deleteOne({ seq: 3 });
        for (const seq of [4, 5, 6]) await log.updateOne({ seq }, { $inc: { seq: -1 } });
      },
    ],
    [
      'the first rows gone',
      'Entries 1 to 2 are missing',
      () => log.deleteMany({ seq: { $lt: 3 } }),
    ],
    ['a cut tail', 'The tail was cut off', () => log.deleteMany({ seq: { $gt: 4 } })],
    ['all of it gone', 'The tail was cut off', () => log.deleteMany({})],
    [
      'a tail that was cut and grew again',
      'written anew',
      async () => {
        await log.deleteMany({ seq: { $gt: 4 } });
        for (let made = 0; made < 3; made += 1) await verifySomebody();
      },
    ],
    [
      'a chain that was written anew from a changed row on',
      'written anew',
      () =>
        rewriteFrom(2, () => {
          const salt = newSalt();
          return { salt, changes: {}, digest: digestOf(salt, {}) };
        }),
    ],
    [
      'a row put in beside the chain',
      'stand outside',
      () => log.insertOne({ action: 'user.changed' } as AuditEntry),
    ],
  ])('tells of %s', async (_, problem, tamper) => {
    await tamper();
    const { code, said } = await verify();
    expect(said).toContain(problem);
    expect(code).toBe(1);
  });

  it('tells of a chain that was written anew to a node’s own log at once', async () => {
    const told = jest.spyOn(Logger.prototype, 'error');
    await rewriteFrom(2, () => ({ action: 'user.seen' }));
    await server.get(AuditHeadExport).sweep();
    expect(told).toHaveBeenCalledWith(expect.stringContaining('The audit log was changed'));
    told.mockRestore();
  });

  it('that was written anew goes unnoticed by itself: without exported heads nothing is promised', async () => {
    await rewriteFrom(2, () => ({ action: 'user.seen' }));
    await rm(heads());
    const { code, said } = await verify();
    expect([code, said]).toEqual([2, expect.stringContaining('Without exported heads')]);
  });

  it('of which nothing is there says neither yes nor no: it may be another database', async () => {
    await log.deleteMany({});
    await rm(heads());
    const { code, said } = await verify();
    expect([code, said]).toEqual([2, expect.stringContaining('is empty')]);
  });

  it('is not said to be whole while a file of heads that was named is not there', async () => {
    const { code, said } = await verify('--heads', heads(), '--heads', `${heads()}.old`);
    expect([code, said]).toEqual([2, expect.stringContaining('heads.jsonl.old')]);
    await log.deleteOne({ seq: 3 });
    expect((await verify('--heads', heads(), '--heads', `${heads()}.old`)).code).toBe(1);
  });

  it('is held against the heads of several nodes, and against each line of them', async () => {
    const other = join(server.dataDir, 'other.jsonl');
    await writeFile(other, `${JSON.stringify({ seq: 5, hash: 'f'.repeat(64), at: 'noon' })}\n`);
    expect((await verify('--heads', heads(), '--heads', other)).said).toContain('Entry 5 is not');
    // A node that was killed while it wrote leaves half a line.
    await appendFile(heads(), '{"seq":7,"ha');
    const { code, said } = await verify();
    expect([code, said]).toEqual([0, expect.stringContaining('1 lines')]);
  });

  it('loses what it says of a person who is erased, and stays whole', async () => {
    const person = await verifySomebody();
    await server
      .get(AuditLog)
      .record(
        { id: moderator.objectId },
        'person.noted',
        person.objectId,
        { reason: { from: null, to: 'Shouted at Mira.' } },
        person.objectId,
      );
    await server.get(AuditHeadExport).sweep();
    must(await person.delete('/users/me', { password: person.password }));
    expect(JSON.stringify(await log.find().toArray())).not.toContain('Shouted');
    const { code, said } = await verify();
    expect([code, said]).toEqual([0, expect.stringContaining('1 of them without the text')]);
  });

  it('takes in what was recorded before there was a chain, in its order', async () => {
    const old = ['first', 'second'].map((action) => ({
      actor: moderator.objectId,
      action,
      target: moderator.objectId,
      changes: { verified: { from: false, to: true } },
      at: new Date('2026-11-01T10:00:00Z'),
    }));
    await log.insertMany(old as unknown as AuditEntry[]);
    await server.get(AuditMigration).onApplicationBootstrap();
    const rows = await log
      .find({ seq: { $gt: 6 } })
      .sort({ seq: 1 })
      .toArray();
    expect(rows.map(({ seq, action, at }) => [seq, action, at.getTime()])).toEqual([
      [7, 'first', Date.UTC(2026, 10, 1, 10)],
      [8, 'second', Date.UTC(2026, 10, 1, 10)],
    ]);
    expect((await verify()).code).toBe(0);
  });

  it('is read by admins alone, newest first, and remembers that they read it', async () => {
    const admin = await staff(server, 'admin');
    expect((await moderator.get('/admin/audit')).error?.code).toBe('FORBIDDEN');
    const list = async (query: string) =>
      must(
        await admin.get<{ items: AuditEntryView[]; nextCursor: string | null }>(
          `/admin/audit?${query}`,
        ),
      ).data;
    const first = await list('limit=2');
    expect(first.items.map(({ seq, action }) => [seq, action])).toEqual([
      [7, 'seen.audit_log'],
      [6, 'user.changed'],
    ]);
    const second = await list(`limit=2&cursor=${first.nextCursor}`);
    expect(second.items.map(({ seq }) => seq)).toEqual([5, 4]);
    const [entry] = (await list(`action=user.changed&actor=${moderator.id}&limit=1`)).items;
    expect(entry).toMatchObject({
      actorId: moderator.id,
      changes: { verified: { from: false, to: true } },
    });
    const of = await list(`target=${entry?.targetId}`);
    expect(of.items.map(({ seq }) => seq)).toEqual([6]);
    for (const query of ['cursor=abc', 'cursor=WyJ4Il0', 'actor=1', 'action=$ne', 'who=1']) {
      expect((await admin.get(`/admin/audit?${query}`)).status).toBe(400);
    }
  });
});
