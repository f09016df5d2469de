import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataExporter } from '../../src/modules/data-protection/data-exporter';
import { FileDeletionSweeper } from '../../src/common/files/file-deletion.sweeper';
import { must } from '../support/actors';
import { startTestApp, type TestApp } from '../support/app';
import { archiveOf, requestExport } from '../support/data-exports';
import { eventually } from '../support/eventually';
import { life, MARK, type Life, OTHERS_MARK } from './life';

jest.setTimeout(180_000);

/** What is not in the archive though it names the person, and why. */
const NOT_EXPORTED: Record<string, string> = {
  audit_log: 'what staff did: theirs',
  calendars: 'a counter',
  data_exports: 'the archive itself',
  deliveries: 'how the notifications went out, which are in it',
  events: 'ids of what is in it',
  idempotency_keys: 'answers of what is in it, for a day',
  ledger_entries: 'the books of the payments, which are in it',
  moderation_decisions: 'what moderators noted',
  password_resets: 'a hash of a token',
  positions: 'the place of the account, while an SOS lives',
  reports: 'those about somebody would tell who reported them; their own are in it',
  sandbox_intents: 'what the pretended provider knows of the payments, which are in it',
  sandbox_subscriptions: 'what the pretended provider knows of the subscriptions, which are in it',
};

describe('Everything that is kept of somebody', () => {
  let server: TestApp;
  let told: Life;

  beforeAll(async () => {
    server = await startTestApp();
    told = await life(server);
  }, 120_000);
  afterAll(() => server.close());

  const collections = async (): Promise<Map<string, object[]>> => {
    const names = (await server.connection.listCollections()).map(({ name }) => name);
    const entries = await Promise.all(
      names.map(async (name): Promise<[string, object[]]> => [
        name,
        await server.connection.collection(name).find().toArray(),
      ]),
    );
    return new Map(entries);
  };

  it('is in the archive, and nothing of others is', async () => {
    const { person, others } = told;
    must(await requestExport(person));
    await server.get(DataExporter).sweep();
    const files = await archiveOf(person);
    const archive = [...files.values()].map(String).join('\n');
    files.delete('README.txt');
    // Each row under its own id: another may name it, too.
    const rowIds = new Set(
      [...files.values()].flatMap((file) =>
        (JSON.parse(String(file)) as { id?: string }[]).map(({ id }) => id),
      ),
    );
    const missing = new Set<string>();
    for (const [name, rows] of await collections()) {
      if (name in NOT_EXPORTED) continue;
      for (const row of rows) {
        const { _id } = row as { _id: unknown };
        const names = JSON.stringify(row).includes(person.id);
        const theirs = ownerFields(row).includes(person.id);
        if (names && theirs && !rowIds.has(String(_id))) missing.add(`${name} ${String(_id)}`);
      }
    }
    expect([...missing]).toEqual([]);
    expect(archive).toContain(MARK);
    expect(archive).not.toContain(OTHERS_MARK);
    for (const other of others) {
      expect(archive).not.toContain(other.id);
      expect(archive).not.toContain(other.email);
    }
  });

  it('is gone once the account is erased: words, names, addresses and places, in each collection, file and mail that is due', async () => {
    const { person, secrets } = told;
    const before = JSON.stringify([...(await collections())]);
    for (const secret of secrets) expect(before).toContain(secret);
    must(await person.delete('/users/me', { password: person.password }));
    const found: string[] = [];
    for (const [name, rows] of await collections()) {
      const text = JSON.stringify(rows);
      for (const secret of secrets) if (text.includes(secret)) found.push(`${secret} in ${name}`);
    }
    expect(found).toEqual([]);
    await eventually(async () => {
      await server.get(FileDeletionSweeper).sweep();
      const kept = await readdir(join(server.dataDir, 'files'), {
        recursive: true,
        withFileTypes: true,
      });
      const files = kept.filter((one) => one.isFile());
      for (const file of files) {
        expect(String(await readFile(join(file.parentPath, file.name)))).not.toContain(MARK);
      }
    });
  });
});

/** The ids in the fields that say whose a row is; in all others stands who else has to do with it. */
function ownerFields(row: object): string {
  const own = [
    '_id',
    'user',
    'owner',
    'requester',
    'helper',
    'sender',
    'author',
    'client',
    'rater',
    'payer',
    'reporter',
    'subject',
    'person',
  ];
  const fields = Object.entries(row).filter(([field]) => own.includes(field));
  // An offer is its helper's, whoever asked for help.
  const whose = 'helper' in row ? fields.filter(([field]) => field !== 'requester') : fields;
  return JSON.stringify(Object.fromEntries(whose));
}
