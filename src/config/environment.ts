import { Transform, Type, plainToInstance } from 'class-transformer';
import {
  IsDefined,
  IsEmail,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import { createECDH } from 'node:crypto';
import { IsPassword } from '../common/validation/is-password.decorator';
import { refuseUnsafeProduction } from './production-rules';
import { parseTrustProxy, type TrustProxy } from './trust-proxy';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const DISCOVERY_READS = ['primary', 'nearest', 'secondaryPreferred'] as const;

/** Without all of these files are kept in a folder. */
const S3_VARIABLES = [
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
] as const;

/** The process environment after validation: one property a variable, in its final type. */
export class Environment {
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  @IsOptional()
  @Matches(/^mongodb(\+srv)?:\/\//, { message: 'must be a mongodb:// or mongodb+srv:// URI' })
  MONGODB_URI?: string;

  @IsOptional()
  @IsString()
  MONGODB_DATABASE?: string;

  /** Which members of the replica set discovery reads from. */
  @IsIn(DISCOVERY_READS)
  DISCOVERY_READ_PREFERENCE: (typeof DISCOVERY_READS)[number] = 'primary';

  @IsOptional()
  @IsString()
  MONGOD_BINARY?: string;

  @IsOptional()
  @Matches(/^rediss?:\/\//, { message: 'must be a redis:// or rediss:// URL' })
  REDIS_URL?: string;

  @IsOptional()
  @MinLength(32, { message: 'must be at least 32 characters long' })
  JWT_SECRET?: string;

  @IsOptional()
  @MinLength(32, { message: 'must be at least 32 characters long' })
  JWT_REFRESH_SECRET?: string;

  /** While a secret is exchanged: the one to come, then the one before. It verifies and never signs. */
  @IsOptional()
  @MinLength(32, { message: 'must be at least 32 characters long' })
  JWT_SECRET_ALSO_ACCEPTED?: string;

  @IsOptional()
  @MinLength(32, { message: 'must be at least 32 characters long' })
  JWT_REFRESH_SECRET_ALSO_ACCEPTED?: string;

  /** One origin or several, separated by commas. */
  @IsString()
  @Matches(/^(\*|https?:\/\/[^\s,/]+)(\s*,\s*https?:\/\/[^\s,/]+)*$/, {
    message: 'must be one origin or several separated by commas, such as https://app.example.org',
  })
  FRONTEND_URL = 'http://localhost:5173';

  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true })
  PUBLIC_URL?: string;

  @IsString()
  @MinLength(1)
  DATA_DIR = '.data';

  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  S3_ENDPOINT?: string;

  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { message: 'must be the name of a bucket' })
  S3_BUCKET?: string;

  @IsString()
  @MinLength(1)
  S3_REGION = 'us-east-1';

  @IsOptional()
  @IsString()
  S3_ACCESS_KEY_ID?: string;

  @IsOptional()
  @IsString()
  S3_SECRET_ACCESS_KEY?: string;

  @IsOptional()
  @IsIn(['AES256', 'aws:kms'])
  S3_SERVER_SIDE_ENCRYPTION?: 'AES256' | 'aws:kms';

  @IsIn(LOG_LEVELS)
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @IsOptional()
  @IsEmail()
  BOOTSTRAP_ADMIN_EMAIL?: string;

  @IsOptional()
  @IsPassword()
  BOOTSTRAP_ADMIN_PASSWORD?: string;

  @IsOptional()
  @MinLength(16, { message: 'must be at least 16 characters long' })
  METRICS_TOKEN?: string;

  @IsOptional()
  @Matches(/^(sk|rk)_(test|live)_\w+$/, {
    message: 'must be a secret or restricted key of Stripe: sk_test_…, sk_live_… or rk_…',
  })
  STRIPE_SECRET_KEY?: string;

  /** One or several, separated by commas. */
  @IsOptional()
  @Matches(/^whsec_[^\s,]+(\s*,\s*whsec_[^\s,]+)*$/, {
    message:
      'must be the signing secret of the webhook endpoint (whsec_…), or several separated by commas',
  })
  STRIPE_WEBHOOK_SECRET?: string;

  /** For stripe-mock. */
  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  STRIPE_API_BASE?: string;

  /** One or several, separated by commas: the first signs. */
  @IsOptional()
  @Matches(/^[^\s,]{16,}(\s*,\s*[^\s,]{16,})*$/, {
    message: 'must be at least 16 characters long, or several such secrets separated by commas',
  })
  SANDBOX_WEBHOOK_SECRET?: string;

  @IsIn(['on', 'off'])
  RATE_LIMITS: 'on' | 'off' = 'on';

  @Type(() => Number)
  @IsInt()
  @Min(4)
  @Max(15)
  BCRYPT_ROUNDS = 12;

  @IsOptional()
  @Matches(/^smtps?:\/\/[^\s/]/, { message: 'must be an smtp:// or smtps:// URL' })
  SMTP_URL?: string;

  @IsOptional()
  @Matches(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, {
    message: 'must be an address, such as AllyNet <no-reply@example.org>',
  })
  MAIL_FROM?: string;

  /** A point on P-256, uncompressed, in base64url. */
  @IsOptional()
  @Matches(/^B[\w-]{86}=?$/, { message: 'must be a public VAPID key: 87 characters of base64url' })
  VAPID_PUBLIC_KEY?: string;

  @IsOptional()
  @Matches(/^[\w-]{43}=?$/, { message: 'must be a private VAPID key: 43 characters of base64url' })
  VAPID_PRIVATE_KEY?: string;

  @IsIn(['on', 'off'])
  PUSH_TO_LOOPBACK: 'on' | 'off' = 'off';

  @IsOptional()
  @Matches(/^https?:\/\/[^\s/]/, { message: 'must be an https:// URL' })
  SMS_PROVIDER_URL?: string;

  @Transform(({ value }) => parseTrustProxy(value))
  @IsDefined({
    message:
      'must be false or the addresses of the proxies in front, such as 10.0.0.0/8 or loopback,203.0.113.7',
  })
  TRUST_PROXY: TrustProxy = false;
}

/** What was wrong with the environment: one sentence a variable, each naming the variable and the rule. */
export class ConfigurationError extends Error {
  constructor(problems: string[]) {
    super(
      `The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\n` +
        'See .env.example for every variable and its default.',
    );
    this.name = 'ConfigurationError';
  }
}

/**
 * Validates the process environment.
 *
 * @param raw `process.env` merged with `.env`; empty strings count as not set.
 * @throws ConfigurationError naming each wrong variable and the rule it breaks.
 */
export function validateEnvironment(raw: Record<string, unknown>): Environment {
  const known = new Environment();
  const present = Object.fromEntries(
    Object.entries(raw).filter(([, value]) => value !== undefined && value !== ''),
  );
  const environment = plainToInstance(Environment, { ...known, ...present });
  const problems = validateSync(environment, { skipMissingProperties: false }).flatMap((error) =>
    Object.values(error.constraints ?? {}).map((rule) =>
      rule.startsWith(error.property) ? rule : `${error.property} ${rule}`,
    ),
  );
  if (environment.BCRYPT_ROUNDS < 10 && environment.NODE_ENV !== 'test') {
    problems.push('BCRYPT_ROUNDS must be from 10 to 15 (less is for NODE_ENV=test alone)');
  }
  if (
    Boolean(environment.BOOTSTRAP_ADMIN_EMAIL) !== Boolean(environment.BOOTSTRAP_ADMIN_PASSWORD)
  ) {
    problems.push('BOOTSTRAP_ADMIN_EMAIL and BOOTSTRAP_ADMIN_PASSWORD must be set together');
  }
  const s3 = S3_VARIABLES.filter((name) => environment[name]);
  if (s3.length > 0 && s3.length < S3_VARIABLES.length) {
    problems.push(`${S3_VARIABLES.join(', ')} must be set together`);
  }
  if (Boolean(environment.STRIPE_SECRET_KEY) !== Boolean(environment.STRIPE_WEBHOOK_SECRET)) {
    problems.push('STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET must be set together');
  }
  if (Boolean(environment.VAPID_PUBLIC_KEY) !== Boolean(environment.VAPID_PRIVATE_KEY)) {
    problems.push('VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY must be set together');
  } else if (problems.length === 0 && !isVapidPair(environment)) {
    // Push services would refuse every message, one after the other, long after the start.
    problems.push('VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY must be of one pair');
  }
  if (environment.NODE_ENV === 'production') {
    problems.push(...refuseUnsafeProduction(environment));
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return environment;
}

function isVapidPair({ VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY }: Environment): boolean {
  if (!VAPID_PUBLIC_KEY || !VAPID_PRIVATE_KEY) return true;
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(Buffer.from(VAPID_PRIVATE_KEY, 'base64url'));
  } catch {
    return false;
  }
  return pair.getPublicKey().equals(Buffer.from(VAPID_PUBLIC_KEY, 'base64url'));
}
