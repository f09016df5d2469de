import type { Types } from 'mongoose';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { CollectPersonalData, PersonalRows, PersonalSection } from './personal-data';

export interface ArchiveOf {
  user: Types.ObjectId;
  at: Date;
  sections: readonly PersonalSection[];
  /** Asked between any two rows: what is under way is broken off by throwing. */
  goOn: () => void;
}

/**
 * A zip of one JSON file a section, and a readme. Rows are read as the archive is: it takes no more memory for somebody who
 * has been here for ten years. The stream fails with what a section fails with.
 */
export function archiveOf({ user, at, sections, goOn }: ArchiveOf): Readable {
  const zip = new ZipFile();
  const archive = zip.outputStream as Readable;
  zip.on('error', (error: Error) => archive.destroy(error));
  zip.addBuffer(Buffer.from(readme(user, at, sections)), 'README.txt', { mtime: at });
  for (const { name, collect } of sections) {
    zip.addReadStreamLazy(`${name}.json`, { mtime: at }, (give) => {
      open(user, collect).then(
        (rows) => {
          const json = Readable.from(jsonList(rows, goOn), { objectMode: false });
          // The zip writer does not listen, and an error that nobody listens to ends the process.
          json.on('error', (error) => archive.destroy(error));
          give(null, json);
        },
        (error: unknown) => give(error, Readable.from([])),
      );
    });
  }
  zip.end();
  return archive;
}

/** What a section throws at once is a failure like any other: the zip writer would not hear of it. */
async function open(user: Types.ObjectId, collect: CollectPersonalData): Promise<PersonalRows> {
  return collect(user);
}

async function* jsonList(rows: PersonalRows, goOn: () => void): AsyncGenerator<Buffer> {
  let before = '[';
  for await (const row of rows) {
    goOn();
    yield Buffer.from(`${before}\n${JSON.stringify(row, null, 2)}`);
    before = ',';
  }
  yield Buffer.from(before === '[' ? '[]\n' : '\n]\n');
}

function readme(user: Types.ObjectId, at: Date, sections: readonly PersonalSection[]): string {
  return [
    'Your data on AllyNet',
    '',
    `Account ${user.toHexString()}, as it stood at ${at.toISOString()}.`,
    '',
    'Each file is a list in JSON. Times are UTC, distances metres, money is in the minor units of its currency.',
    'What other people wrote, and who they are, is not in here: it is theirs.',
    '',
    ...sections.map(({ name }) => `- ${name}.json`),
    '',
  ].join('\n');
}
