import { type Environment, validateEnvironment } from './environment';

/** `process.env` (into which ConfigModule has read `.env`) as validated values. */
export function currentEnvironment(): Environment {
  return validateEnvironment(process.env);
}
