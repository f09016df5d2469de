import { registerAs } from '@nestjs/config';
import { resolve } from 'node:path';
import { currentEnvironment } from './current-environment';

/** Which MongoDB: a given one, or (outside production) the embedded one under DATA_DIR. */
export const databaseConfig = registerAs('database', () => {
  const environment = currentEnvironment();
  return {
    uri: environment.MONGODB_URI,
    /** The database of the connection; when absent, the one in the URI, else `allynet`. */
    name: environment.MONGODB_DATABASE,
    dataDir: resolve(environment.DATA_DIR),
    mongodBinary: environment.MONGOD_BINARY,
  };
});
