import { Types } from 'mongoose';
import { FileDeletionSweeper } from '../../src/common/files/file-deletion.sweeper';
import { FileStore } from '../../src/common/files/file-store';
import { DAY, HOUR, MINUTE } from '../../src/common/time/clock';
import { DataExporter } from '../../src/modules/data-protection/data-exporter';
import { PersonalData } from '../../src/modules/data-protection/personal-data';
import type { DataExport } from '../../src/modules/data-protection/schemas/data-export.schema';
import { must, register, type TestActor } from '../support/actors';
import type { TestApp } from '../support/app';
import {
  archiveOf,
  latestExport,
  openLink,
  readyExport,
  requestExport,
  section,
} from '../support/data-exports';
import { outcome } from '../support/emergencies';
import { eventually } from '../support/eventually';
import { startTwoNodes } from '../support/race';
import { unzip } from '../support/zip';

describe('An archive of all of my data', () => {
  let server: TestApp;
  let node: TestApp;
  let close: () => Promise<void>;
  let mira: TestActor;

  beforeAll(async () => {
    ({ server, node, close } = await startTwoNodes());
  });
  beforeEach(async () => {
    mira = await register(server, { displayName: 'Mira Kowalski' });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => close());

  const rows = () => server.connection.collection<DataExport>('data_exports');
  const rowOf = async (id: string): Promise<DataExport> => {
    const row = await rows().findOne({ _id: new Types.ObjectId(id) });
    if (!row) throw new Error('There is no such row.');
    return row;
  };
  /** A round that begins now: the first may join one that began before the clock was moved. */
  const sweep = async (on: TestApp): Promise<void> => {
    await on.get(DataExporter).sweep();
    await on.get(DataExporter).sweep();
  };
  const stored = (file: string | null) => server.get(FileStore).exists(file ?? '');
  /** No exporter takes up anything, but where a test asks it to. */
  const hold = (): void => {
    for (const one of [server, node]) {
      jest.spyOn(one.get(DataExporter), 'sweep').mockResolvedValue(undefined);
    }
  };

  it('is asked for, made, and downloaded as a zip with a file for each section', async () => {
    const asked = await requestExport(mira);
    expect(asked.status).toBe(202);
    expect(asked.data.export).toMatchObject({ status: expect.stringMatching(/pending|ready/) });
    const ready = await readyExport(mira);
    expect(ready.id).toBe(asked.data.export.id);
    const answer = await openLink(mira, ready.link?.url ?? '');
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('content-disposition')).toMatch(/allynet-data-\d{4}-\d\d-\d\d\.zip/);
    const zip = Buffer.from(await answer.arrayBuffer());
    expect(zip.length).toBe(ready.bytes);
    const archive = unzip(zip);
    const sections = server.get(PersonalData).sections.map(({ name }) => `${name}.json`);
    expect([...archive.keys()].toSorted()).toEqual(['README.txt', ...sections].toSorted());
    expect(section(archive, 'account')).toMatchObject([
      { id: mira.id, email: mira.email, displayName: 'Mira Kowalski' },
    ]);
    for (const name of sections) {
      expect(Array.isArray(JSON.parse(String(archive.get(name))))).toBe(true);
    }
    expect(String(archive.get('README.txt'))).toContain('account.json');
  });

  it('needs the password of whoever logged in more than an hour ago', async () => {
    await server.connection
      .collection('sessions')
      .updateOne({ user: mira.objectId }, { $set: { createdAt: new Date(Date.now() - HOUR) } });
    const without = await requestExport(mira);
    expect(outcome(without)).toBe('400 VALIDATION_FAILED');
    expect(without.error?.details).toMatchObject([{ field: 'password' }]);
    expect(outcome(await requestExport(mira, { password: 'not the one' }))).toBe(
      '401 INVALID_CREDENTIALS',
    );
    expect(await latestExport(mira)).toBeNull();
    expect((await requestExport(mira, { password: mira.password })).status).toBe(202);
  });

  it('refuses a wrong password at any time, other fields and other types', async () => {
    expect(outcome(await requestExport(mira, { password: 'wrong' }))).toBe(
      '401 INVALID_CREDENTIALS',
    );
    for (const body of [{ password: null }, { password: { $ne: '' } }, { userId: mira.id }]) {
      expect(outcome(await requestExport(mira, body))).toBe('400 VALIDATION_FAILED');
    }
    expect((await mira.post('/users/me/export')).status).toBe(202);
  });

  it('is one at a time: twenty requests on two nodes are one, and are told of it', async () => {
    for (let round = 0; round < 3; round += 1) {
      const person = await register(server);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          requestExport(index % 2 ? person : person.on(node)),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      await readyExport(person);
      // Some may have come when the first was ready already: then there is one more.
      const made = await rows().countDocuments({ user: person.objectId });
      expect(made).toBe(new Set(answers.map(({ data }) => data.export.id)).size);
      expect(made).toBeLessThanOrEqual(3);
    }
  });

  it('is made three times a day, and the newer takes the place of the older', async () => {
    const files: (string | null)[] = [];
    for (let time = 0; time < 3; time += 1) {
      const { id } = must(await requestExport(mira)).data.export;
      await readyExport(mira);
      files.push((await rowOf(id)).file);
    }
    const fourth = await requestExport(mira);
    expect(outcome(fourth)).toBe('429 RATE_LIMITED');
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await latestExport(mira))?.status).toBe('ready');
    await eventually(async () => {
      await server.get(FileDeletionSweeper).sweep();
      expect(await Promise.all(files.map(stored))).toEqual([false, false, true]);
    });
  });

  it('is for nobody else: not by the link, not by the session of another', async () => {
    must(await requestExport(mira));
    const { link } = await readyExport(mira);
    const stranger = await register(server);
    expect((await openLink(stranger, link?.url ?? '')).status).toBe(404);
    expect(await latestExport(stranger)).toBeNull();
    server.clock.advance(6 * MINUTE);
    expect((await openLink(mira, link?.url ?? '')).status).toBe(404);
    server.clock.advance(-6 * MINUTE);
  });

  it('is gone after seven days: archive, row and link', async () => {
    const { id } = must(await requestExport(mira)).data.export;
    await readyExport(mira);
    const { file } = await rowOf(id);
    server.clock.advance(7 * DAY);
    await sweep(server);
    expect(await rows().countDocuments({ user: mira.objectId })).toBe(0);
    await server.get(FileDeletionSweeper).sweep();
    await eventually(async () => expect(await stored(file)).toBe(false));
    server.clock.advance(-7 * DAY);
    expect(await latestExport(mira)).toBeNull();
  });

  it('is finished by another node when the one that began dies in the middle', async () => {
    hold();
    const { id } = must(await requestExport(mira)).data.export;
    // As a node leaves it that was killed after its claim.
    await rows().updateOne(
      { _id: new Types.ObjectId(id) },
      { $set: { lease: 'dead', attempts: 1, dueAt: new Date(Date.now() + 10 * MINUTE) } },
    );
    jest.restoreAllMocks();
    await sweep(node);
    expect((await rowOf(id)).status).toBe('pending');
    server.clock.advance(11 * MINUTE);
    await sweep(server);
    server.clock.advance(-11 * MINUTE);
    expect(await rowOf(id)).toMatchObject({ status: 'ready', attempts: 2 });
  });

  it('counts for nothing when who made it was overtaken: the archive of the other is the one', async () => {
    hold();
    const { id } = must(await requestExport(mira)).data.export;
    jest.restoreAllMocks();
    const data = server.get(PersonalData);
    const { sections } = data;
    let overtaken = false;
    // While the first node reads, its lease passes, and the other makes the archive.
    jest.spyOn(data, 'sections', 'get').mockReturnValue(
      sections.map(({ name, collect }) => ({
        name,
        collect: async (user) => {
          if (!overtaken && user.equals(mira.objectId)) {
            overtaken = true;
            node.clock.advance(11 * MINUTE);
            await sweep(node);
            node.clock.advance(-11 * MINUTE);
          }
          return collect(user);
        },
      })),
    );
    await eventually(async () => {
      await server.get(DataExporter).sweep();
      expect(overtaken).toBe(true);
    });
    const row = await rowOf(id);
    expect([row.status, row.seq]).toEqual(['ready', 1]);
    expect(await stored(row.file)).toBe(true);
    const left = await server.connection
      .collection('file_deletions')
      .countDocuments({ _id: row.file as never });
    expect(left).toBe(0);
    expect(section(await archiveOf(mira), 'account')).toHaveLength(1);
  });

  it('counts for nothing once another node has claimed it, ready or not', async () => {
    hold();
    const { id } = must(await requestExport(mira)).data.export;
    jest.restoreAllMocks();
    const key = new Types.ObjectId(id);
    const data = server.get(PersonalData);
    const { sections } = data;
    const [first] = sections;
    if (!first) throw new Error('Nothing is registered.');
    jest.spyOn(data, 'sections', 'get').mockReturnValue([
      {
        name: first.name,
        collect: async (user) => {
          const claimed = { lease: 'another', dueAt: new Date(Date.now() + 10 * MINUTE) };
          await rows().updateOne({ _id: key }, { $set: claimed });
          return first.collect(user);
        },
      },
    ]);
    jest.spyOn(node.get(PersonalData), 'sections', 'get').mockImplementation(() => data.sections);
    await eventually(async () => {
      await sweep(server);
      expect((await rowOf(id)).lease).toBe('another');
    });
    await sweep(node);
    expect(await rowOf(id)).toMatchObject({ status: 'pending', seq: 0, file: null });
  });

  it.each<[string, () => Promise<object[]> | AsyncGenerator<object>]>([
    [
      'at once',
      () => {
        throw new Error('No such thing.');
      },
    ],
    ['before its first row', async () => Promise.reject(new Error('No such thing.'))],
    [
      'in the middle',
      async function* () {
        yield { row: 1 };
        await Promise.resolve();
        throw new Error('No such thing.');
      },
    ],
  ])(
    'is tried again when a section fails %s, given up after five times, and can be asked for again',
    async (_, collect) => {
      hold();
      const { id } = must(await requestExport(mira)).data.export;
      jest.restoreAllMocks();
      for (const one of [server, node]) {
        jest
          .spyOn(one.get(PersonalData), 'sections', 'get')
          .mockReturnValue([{ name: 'broken', collect }]);
      }
      await eventually(async () => {
        await server.get(DataExporter).sweep();
        await rows().updateOne(
          { _id: new Types.ObjectId(id), status: 'pending' },
          { $set: { dueAt: new Date() } },
        );
        expect((await rowOf(id)).status).toBe('failed');
      });
      expect((await rowOf(id)).attempts).toBe(5);
      expect(await latestExport(mira)).toMatchObject({ status: 'failed', link: null });
      jest.restoreAllMocks();
      must(await requestExport(mira));
      await readyExport(mira);
    },
  );

  it('goes with the account, and one that is being made is thrown away', async () => {
    const { id } = must(await requestExport(mira)).data.export;
    await readyExport(mira);
    const { file } = await rowOf(id);
    must(await mira.delete('/users/me', { password: mira.password }));
    expect(await rows().countDocuments({ user: mira.objectId })).toBe(0);
    await eventually(async () => {
      await server.get(FileDeletionSweeper).sweep();
      expect(await stored(file)).toBe(false);
    });
  });
});
