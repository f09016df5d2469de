import { ModulesContainer } from '@nestjs/core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RETENTION } from '../../src/modules/data-protection/retention';
import { startTestApp, type TestApp } from '../support/app';

describe('The table of retention', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await startTestApp();
  });
  afterAll(() => server.close());

  const models = () => Object.values(server.connection.models);

  it('has a line for every collection, and for no other', () => {
    const collections = models().map(({ collection }) => collection.name);
    expect([...new Set(RETENTION.map(({ collection }) => collection))].toSorted()).toEqual(
      [...new Set(collections)].toSorted(),
    );
  });

  it('names each index by which MongoDB deletes, with its time, and no other', () => {
    const named = RETENTION.flatMap(({ collection, by }) =>
      'ttl' in by ? [`${collection} ${by.ttl} ${by.seconds}`] : [],
    );
    const defined = models().flatMap(({ collection, schema }) =>
      schema
        .indexes()
        .filter(([, { expireAfterSeconds }]) => expireAfterSeconds !== undefined)
        .map(
          ([, { name, expireAfterSeconds }]) => `${collection.name} ${name} ${expireAfterSeconds}`,
        ),
    );
    expect(named.toSorted()).toEqual(defined.toSorted());
  });

  it('names sweepers that run', () => {
    const running = [...server.get(ModulesContainer).values()].flatMap((module) =>
      [...module.providers.values()].map(({ name }) => String(name)),
    );
    for (const { by } of RETENTION) if ('sweeper' in by) expect(running).toContain(by.sweeper);
  });

  it('is what docs/data-protection.md says', () => {
    const page = readFileSync(join(__dirname, '../../docs/data-protection.md'), 'utf8');
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows).toEqual(
      RETENTION.map(({ collection, what, kept, why, by }) => [
        `\`${collection}\``,
        what,
        kept,
        why,
        remover(by),
      ]),
    );
  });
});

function remover(by: (typeof RETENTION)[number]['by']): string {
  if ('ttl' in by) return `index \`${by.ttl}\``;
  if ('sweeper' in by) return `\`${by.sweeper}\``;
  return 'with' in by ? 'erasure' : '–';
}
