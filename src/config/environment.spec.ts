import { generateVAPIDKeys } from 'web-push';
import { ConfigurationError, validateEnvironment } from './environment';

const SAFE_PRODUCTION = {
  NODE_ENV: 'production',
  MONGODB_URI: 'mongodb://db.internal:27017/allynet?replicaSet=rs0',
  JWT_SECRET: 'pL8vQe2Zr5Yt9Wx3Cb6Nm1Kj4Hg7Fd0S',
  JWT_REFRESH_SECRET: 'aQ9wSx8eDc7rFv6tGb5yHn4uJm3iKl2o',
  FRONTEND_URL: 'https://app.allynet.test, https://ops.allynet.test',
};

function refusal(raw: Record<string, unknown>): string {
  try {
    validateEnvironment(raw);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return '';
}

describe('the environment', () => {
  it('needs nothing in development', () => {
    expect(validateEnvironment({})).toMatchObject({
      NODE_ENV: 'development',
      PORT: 3000,
      DATA_DIR: '.data',
      BCRYPT_ROUNDS: 12,
      RATE_LIMITS: 'on',
      TRUST_PROXY: false,
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(validateEnvironment({ MONGODB_URI: '', PORT: '' })).toMatchObject({ PORT: 3000 });
  });

  it.each([
    ['PORT', 'http', /PORT must be an integer/],
    ['PORT', '70000', /PORT must not be greater than 65535/],
    ['NODE_ENV', 'staging', /NODE_ENV must be one of/],
    ['MONGODB_URI', 'localhost:27017', /MONGODB_URI must be a mongodb:\/\//],
    ['DISCOVERY_READ_PREFERENCE', 'fastest', /DISCOVERY_READ_PREFERENCE must be one of/],
    ['REDIS_URL', 'localhost:6379', /REDIS_URL must be a redis:\/\//],
    ['JWT_SECRET', 'short', /JWT_SECRET must be at least 32 characters/],
    ['JWT_REFRESH_SECRET', 'short', /JWT_REFRESH_SECRET must be at least 32 characters/],
    ['JWT_SECRET_ALSO_ACCEPTED', 'short', /JWT_SECRET_ALSO_ACCEPTED must be at least 32/],
    ['FRONTEND_URL', 'app.example.org', /FRONTEND_URL must be one origin or several/],
    ['PUBLIC_URL', 'nowhere', /PUBLIC_URL must be a URL/],
    ['METRICS_TOKEN', 'short', /METRICS_TOKEN must be at least 16 characters/],
    ['LOG_LEVEL', 'loud', /LOG_LEVEL must be one of/],
    ['RATE_LIMITS', 'maybe', /RATE_LIMITS must be one of/],
    ['BCRYPT_ROUNDS', '16', /BCRYPT_ROUNDS must not be greater than 15/],
    ['BCRYPT_ROUNDS', '8', /BCRYPT_ROUNDS must be from 10 to 15/],
    ['BOOTSTRAP_ADMIN_EMAIL', 'root', /BOOTSTRAP_ADMIN_EMAIL must be an email/],
    ['BOOTSTRAP_ADMIN_EMAIL', 'root@example.org', /must be set together/],
    ['TRUST_PROXY', 'perhaps', /TRUST_PROXY must be false or the addresses/],
    ['TRUST_PROXY', '1', /TRUST_PROXY must be/],
    ['TRUST_PROXY', '10.0.0.0/33', /TRUST_PROXY must be/],
    ['TRUST_PROXY', '10.0.0.1,', /TRUST_PROXY must be/],
  ])('names the variable and the rule: %s=%s', (name, value, message) => {
    expect(refusal({ [name]: value })).toMatch(message);
  });

  it('takes VAPID keys of one pair alone', () => {
    const [one, other] = [1, 2].map(() => {
      const { publicKey, privateKey } = generateVAPIDKeys();
      return { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey };
    });
    expect(refusal({ ...one })).toBe('');
    expect(refusal({ ...one, VAPID_PRIVATE_KEY: other?.VAPID_PRIVATE_KEY })).toMatch(/of one pair/);
    expect(refusal({ ...one, VAPID_PRIVATE_KEY: 'A'.repeat(43) })).toMatch(/of one pair/);
    expect(refusal({ VAPID_PUBLIC_KEY: one?.VAPID_PUBLIC_KEY })).toMatch(/must be set together/);
  });

  it.each([
    ['false', false],
    ['true', true],
    ['10.0.0.0/8, fd00::/8', ['10.0.0.0/8', 'fd00::/8']],
    ['loopback,203.0.113.7', ['loopback', '203.0.113.7']],
  ])('reads which proxies are believed: TRUST_PROXY=%s', (value, expected) => {
    expect(validateEnvironment({ TRUST_PROXY: value }).TRUST_PROXY).toEqual(expected);
  });

  it('allows cheap password hashes in tests alone', () => {
    expect(refusal({ NODE_ENV: 'test', BCRYPT_ROUNDS: '4' })).toBe('');
  });

  it('tells every problem at once', () => {
    const message = refusal({ PORT: 'http', LOG_LEVEL: 'loud' });
    expect(message).toMatch(/PORT/);
    expect(message).toMatch(/LOG_LEVEL/);
  });
});

describe('production', () => {
  it('starts with its own secrets, a database and named origins', () => {
    expect(refusal(SAFE_PRODUCTION)).toBe('');
  });

  it.each([
    ['MONGODB_URI', '', /MONGODB_URI is required/],
    ['JWT_SECRET', '', /JWT_SECRET is required/],
    ['JWT_REFRESH_SECRET', '', /JWT_REFRESH_SECRET is required/],
    ['JWT_SECRET', 'tooshort', /JWT_SECRET must be at least 32/],
    [
      'JWT_SECRET',
      'change-me-change-me-change-me-change-me',
      /JWT_SECRET looks like a placeholder/,
    ],
    ['JWT_SECRET', 'x'.repeat(40), /JWT_SECRET looks like a placeholder/],
    ['JWT_REFRESH_SECRET', SAFE_PRODUCTION.JWT_SECRET, /must differ/],
    ['JWT_SECRET_ALSO_ACCEPTED', SAFE_PRODUCTION.JWT_REFRESH_SECRET, /must differ/],
    ['JWT_REFRESH_SECRET_ALSO_ACCEPTED', SAFE_PRODUCTION.JWT_REFRESH_SECRET, /must differ/],
    ['JWT_REFRESH_SECRET_ALSO_ACCEPTED', 'x'.repeat(40), /looks like a placeholder/],
    ['FRONTEND_URL', '*', /FRONTEND_URL must name its origins/],
    ['RATE_LIMITS', 'off', /RATE_LIMITS=off is refused/],
    ['TRUST_PROXY', 'true', /TRUST_PROXY=true is refused/],
  ])('refuses to start with %s=%s', (name, value, message) => {
    expect(refusal({ ...SAFE_PRODUCTION, [name]: value })).toMatch(message);
  });
});
