import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentSecrets } from './generated-secrets';

describe('development secrets', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'allynet-secrets-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('are made once and stay the same, so that log-ins outlive a restart', () => {
    const first = developmentSecrets(folder);
    expect(developmentSecrets(folder)).toEqual(first);
    expect(first.jwtSecret).not.toBe(first.jwtRefreshSecret);
    expect(first.jwtSecret.length).toBeGreaterThanOrEqual(32);
  });

  it('are readable by their owner alone', () => {
    developmentSecrets(folder);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });
});
