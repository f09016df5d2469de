import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateVAPIDKeys } from 'web-push';
import { Environment, validateEnvironment } from '../../src/config/environment';
import { freePort } from '../../src/demo/server/free-port';
import { compose, environmentOf, ROOT } from '../deploy/compose';
import { startTestApp, type TestApp } from '../support/app';

const NODES = ['node1', 'node2'];
const SECRETS = {
  JWT_SECRET: randomBytes(48).toString('base64'),
  JWT_REFRESH_SECRET: randomBytes(48).toString('base64'),
};

const VAPID = generateVAPIDKeys();
const PROVIDERS = {
  STRIPE_SECRET_KEY: 'sk_test_123',
  STRIPE_WEBHOOK_SECRET: 'whsec_1234567890123456',
  SMTP_URL: 'smtps://user:password@smtp.example.org',
  MAIL_FROM: 'AllyNet <no-reply@example.org>',
  VAPID_PUBLIC_KEY: VAPID.publicKey,
  VAPID_PRIVATE_KEY: VAPID.privateKey,
  SMS_PROVIDER_URL: 'https://user:password@sms.example.org',
  S3_ENDPOINT: 'https://s3.example.org',
  S3_BUCKET: 'allynet',
  S3_ACCESS_KEY_ID: 'key',
  S3_SECRET_ACCESS_KEY: 'a longer key',
  S3_REGION: 'eu-central-1',
  S3_SERVER_SIDE_ENCRYPTION: 'AES256',
};

describe('The files for containers', () => {
  let app: TestApp | undefined;

  afterAll(() => app?.close());

  it.each(NODES)(
    'set for %s only what the server knows, and what production starts with',
    (node) => {
      const given = environmentOf(node, SECRETS);
      // A first admin and a token for /metrics are optional: their variables are there, without a default.
      const known = validateEnvironment({ ...given, NODE_ENV: 'production' });
      expect(known).toBeInstanceOf(Environment);
      const names = Object.keys(
        validateEnvironment({
          ...given,
          NODE_ENV: 'production',
          METRICS_TOKEN: 'a token that Prometheus knows',
          BOOTSTRAP_ADMIN_EMAIL: 'admin@example.org',
          BOOTSTRAP_ADMIN_PASSWORD: 'correct horse battery',
          ...PROVIDERS,
        }),
      );
      expect(names).toEqual(expect.arrayContaining(Object.keys(given)));
      const source = readFileSync(join(ROOT, 'src/config/environment.ts'), 'utf8');
      for (const name of Object.keys(given))
        expect(source).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    },
  );

  it.each(NODES)('let %s reach every provider that is switched on', (node) => {
    expect(environmentOf(node, { ...SECRETS, ...PROVIDERS })).toMatchObject(PROVIDERS);
    const { networks = [] } = compose.services[node] ?? {};
    expect(networks.some((name) => !compose.networks[name]?.internal)).toBe(true);
    // All of .env.example that says how a provider is reached, but what production refuses.
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    const named = [...example.matchAll(/^# ((?:STRIPE|S3|SMTP|MAIL|VAPID|SMS)_\w+)=/gm)];
    expect(named.map(([, name]) => name).filter((name) => name !== 'STRIPE_API_BASE')).toEqual(
      expect.arrayContaining(Object.keys(PROVIDERS)),
    );
    expect(named).toHaveLength(Object.keys(PROVIDERS).length + 1);
  });

  it('refuse to start a node without secrets', () => {
    expect(() =>
      validateEnvironment({ ...environmentOf('node1', {}), NODE_ENV: 'production' }),
    ).toThrow('JWT_SECRET is required in production');
  });

  it('mount files that are there', () => {
    const mounted = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes)
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => volume.split(':')[0] ?? '');
    expect(mounted).toHaveLength(2);
    for (const file of mounted) expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  });

  it('copy into the image what is there and what .dockerignore lets through', () => {
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    const allowed = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    const copied = [...dockerfile.matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied).toContain('package-lock.json');
    for (const file of copied) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      expect(allowed).toContain(`!${file}`);
    }
  });

  it('check the health of a node: a node that serves is healthy, none is not', async () => {
    const image = /^HEALTHCHECK[^]*?CMD (\[.*\])$/m.exec(
      readFileSync(join(ROOT, 'Dockerfile'), 'utf8'),
    )?.[1];
    const commands = [
      JSON.parse(image ?? '[]') as string[],
      ...NODES.map((node) => compose.services[node]?.healthcheck?.test.slice(1) ?? []),
    ];
    const run = ([, ...options]: string[], port: number) =>
      promisify(execFile)(
        process.execPath,
        options.map((option) => option.replace('127.0.0.1:3000', `127.0.0.1:${port}`)),
        { env: { PORT: String(port) } },
      );
    app = await startTestApp();
    const port = Number(new URL(app.url).port);
    for (const command of commands) await run(command, port);
    const nobody = await freePort(0);
    for (const command of commands) await expect(run(command, nobody)).rejects.toThrow();
  });
});
