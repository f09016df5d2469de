import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainLog, rotateLog } from './mongod-log';

const entry = (s: string, msg: string, attr?: object): string => JSON.stringify({ s, msg, attr });

describe('explainLog', () => {
  it('shows the errors and not the hundred lines of the shutdown behind them', () => {
    const shutdown = Array.from({ length: 100 }, (_, index) =>
      entry('I', `Shutting down ${index}`),
    );
    const text = [
      entry('I', 'MongoDB starting'),
      entry('E', 'Failed to set up listener', { error: 'Address already in use' }),
      ...shutdown,
    ].join('\n');
    expect(explainLog(text)).toEqual([
      'E Failed to set up listener {"error":"Address already in use"}',
    ]);
  });

  it('shows the last lines if there is no error among them', () => {
    const lines = Array.from({ length: 10 }, (_, index) => entry('I', `line ${index}`));
    expect(explainLog(lines.join('\n')).at(-1)).toBe('I line 9');
    expect(explainLog(lines.join('\n'))).toHaveLength(6);
  });

  it('passes on what mongod prints before its log is set up', () => {
    expect(explainLog('Error parsing command line: unrecognised option\n')).toEqual([
      'Error parsing command line: unrecognised option',
    ]);
  });

  it('shortens a line of endless length', () => {
    expect(explainLog('x'.repeat(10_000))[0]?.length).toBeLessThan(500);
  });

  it('has nothing to say about an empty log', () => {
    expect(explainLog('\n')).toEqual([]);
  });
});

describe('rotateLog', () => {
  it('keeps exactly one former log', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'allynet-log-'));
    const path = join(folder, 'mongodb.log');
    await rotateLog(path); // none yet
    for (const text of ['first', 'second']) {
      await writeFile(path, text);
      await rotateLog(path);
    }
    expect(await readdir(folder)).toEqual(['mongodb.previous.log']);
    expect(await readFile(join(folder, 'mongodb.previous.log'), 'utf8')).toBe('second');
    await rm(folder, { recursive: true, force: true });
  });
});
