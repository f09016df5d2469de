import { registerAs } from '@nestjs/config';
import { currentEnvironment } from './current-environment';

/** What nodes share beside MongoDB; nothing, where no URL is given. */
export const redisConfig = registerAs('redis', () => ({ url: currentEnvironment().REDIS_URL }));
