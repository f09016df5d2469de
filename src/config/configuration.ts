import { ConfigModule } from '@nestjs/config';
import { appConfig } from './app.config';
import { authConfig } from './auth.config';
import { channelsConfig } from './channels.config';
import { databaseConfig } from './database.config';
import { filesConfig } from './files.config';
import { paymentsConfig } from './payments.config';
import { redisConfig } from './redis.config';
import { stripeConfig } from './stripe.config';

/**
 * Reads `.env` into `process.env` when this file is first imported. Whoever decides by the environment while modules are
 * still being loaded must import it first: without it, a `NODE_ENV=production` in `.env` would not be there yet.
 */
export const configuration = ConfigModule.forRoot({
  isGlobal: true,
  cache: true,
  // What is set outside wins over .env.
  load: [
    appConfig,
    authConfig,
    channelsConfig,
    databaseConfig,
    filesConfig,
    paymentsConfig,
    redisConfig,
    stripeConfig,
  ],
});

/** Asked while modules are loaded; a value that is none of the three is refused later, by the check of all variables. */
export const inProduction = process.env.NODE_ENV === 'production';
