import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedMongodPath, resolveMongod } from './mongod-binary';
import type { Fetcher } from './mongod-cache';

const log = (): void => undefined;

/** A stand-in that answers `--version` as a mongod would. */
async function fakeMongod(path: string, version: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "db version v${version}"\n`);
  await chmod(path, 0o755);
  return path;
}

describe('resolveMongod', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'allynet-binary-'));
    env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache') };
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const working: Fetcher = {
    name: 'the working source',
    fetch: (into) => fakeMongod(join(into, 'x', 'mongod'), '7.0.1'),
  };
  const blocked: Fetcher = {
    name: 'the blocked source',
    fetch: () => Promise.reject(new Error('no route')),
  };

  it('takes MONGOD_BINARY and looks nowhere else', async () => {
    await fakeMongod(join(folder, 'bin', 'mongod'), '8.0.0');
    const mongodBinary = await fakeMongod(join(folder, 'mine'), '6.0.5');
    const found = await resolveMongod({ mongodBinary, log, env, fetchers: [] });
    expect(found).toEqual({ path: mongodBinary, version: '6.0.5' });
  });

  it('says that MONGOD_BINARY is not executable', async () => {
    const mongodBinary = join(folder, 'plain');
    await writeFile(mongodBinary, 'text');
    await expect(resolveMongod({ mongodBinary, log, env })).rejects.toThrow(
      `MONGOD_BINARY is ${mongodBinary}, which is not an executable file`,
    );
  });

  it('says that MONGOD_BINARY is too old', async () => {
    const mongodBinary = await fakeMongod(join(folder, 'old'), '5.0.9');
    await expect(resolveMongod({ mongodBinary, log, env })).rejects.toThrow(
      /MONGOD_BINARY cannot be used: .* is MongoDB 5\.0\.9; AllyNet needs 6\.0 or later/,
    );
  });

  it('says that MONGOD_BINARY is no mongod', async () => {
    const options = { mongodBinary: '/bin/true', log, env };
    await expect(resolveMongod(options)).rejects.toThrow(/is it a mongod\?/);
  });

  it('prefers the mongod of the PATH to the cached one', async () => {
    const path = await fakeMongod(join(folder, 'bin', 'mongod'), '8.0.0');
    await fakeMongod(cachedMongodPath(env), '6.0.5');
    expect((await resolveMongod({ log, env, fetchers: [] })).path).toBe(path);
  });

  it('passes over one on the PATH that is too old', async () => {
    await fakeMongod(join(folder, 'bin', 'mongod'), '4.4.0');
    const cached = await fakeMongod(cachedMongodPath(env), '6.0.5');
    expect((await resolveMongod({ log, env, fetchers: [] })).path).toBe(cached);
  });

  it('fetches once and then finds it in the cache', async () => {
    const fetched = await resolveMongod({ log, env, fetchers: [blocked, working] });
    expect(fetched).toEqual({ path: cachedMongodPath(env), version: '7.0.1' });
    expect(await resolveMongod({ log, env, fetchers: [] })).toEqual(fetched);
    expect(await readdir(dirname(dirname(fetched.path)))).toHaveLength(1);
  });

  it('replaces a cached one that no longer runs', async () => {
    await fakeMongod(cachedMongodPath(env), '6.0.5');
    await writeFile(cachedMongodPath(env), '#!/nonexistent/interpreter\n');
    expect((await resolveMongod({ log, env, fetchers: [working] })).version).toBe('7.0.1');
  });

  it('keeps the cache whole when several fetch at once', async () => {
    const starts = Array.from({ length: 5 }, () =>
      resolveMongod({ log, env, fetchers: [working] }),
    );
    const versions = (await Promise.all(starts)).map(({ version }) => version);
    expect(new Set(versions)).toEqual(new Set(['7.0.1']));
    expect(await readdir(dirname(cachedMongodPath(env)))).toEqual(['mongod']);
  });

  it('does not install what does not run', async () => {
    const broken: Fetcher = {
      name: 'the broken source',
      fetch: (into) => fakeMongod(join(into, 'mongod'), '5.0.0'),
    };
    await expect(resolveMongod({ log, env, fetchers: [broken] })).rejects.toThrow(/5\.0\.0/);
    expect(await readdir(dirname(dirname(cachedMongodPath(env))))).toEqual([]);
  });

  it('says what was tried and what to do when all fails', async () => {
    const failure = resolveMongod({ log, env, fetchers: [blocked] });
    await expect(failure).rejects.toThrow('the blocked source: no route');
    for (const advice of ['MONGODB_URI', 'MONGOD_BINARY', 'install mongod']) {
      await expect(failure).rejects.toThrow(advice);
    }
  });
});

describe('cachedMongodPath', () => {
  it('is in the user’s cache folder, by platform', () => {
    const end = `/allynet/mongodb/${process.platform}-${process.arch}/mongod`;
    expect(cachedMongodPath({ XDG_CACHE_HOME: '/xdg' })).toBe(`/xdg${end}`);
    expect(cachedMongodPath({ HOME: '/home/ada' })).toBe(`/home/ada/.cache${end}`);
    expect(cachedMongodPath({ HOME: '/home/ada', XDG_CACHE_HOME: 'x' })).toContain('/home/ada');
  });
});
