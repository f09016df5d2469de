import { registerAs } from '@nestjs/config';
import { ReadPreference } from 'mongodb';
import { resolve } from 'node:path';
import { currentEnvironment } from './current-environment';
import type { Environment } from './environment';

/** A secondary that is further behind is passed over. MongoDB takes no less: members tell how far they are every 10 s. */
const MAX_STALENESS_SECONDS = 90;

const DEFAULT_DATABASE = 'allynet';

/** Which MongoDB: a given one, or (outside production) the embedded one under DATA_DIR. */
export const databaseConfig = registerAs('database', () => {
  const environment = currentEnvironment();
  return {
    uri: environment.MONGODB_URI,
    /** The database of the connection: MONGODB_DATABASE, else the one in the URI, else `allynet`. */
    name: environment.MONGODB_DATABASE ?? (nameIn(environment.MONGODB_URI) || DEFAULT_DATABASE),
    discoveryReads: discoveryReads(environment.DISCOVERY_READ_PREFERENCE),
    dataDir: resolve(environment.DATA_DIR),
    mongodBinary: environment.MONGOD_BINARY,
  };
});

function discoveryReads(mode: Environment['DISCOVERY_READ_PREFERENCE']): ReadPreference {
  return mode === 'primary'
    ? ReadPreference.primary
    : new ReadPreference(mode, undefined, { maxStalenessSeconds: MAX_STALENESS_SECONDS });
}

/** Hosts after the first are left out: `URL` knows one alone. */
function nameIn(uri = ''): string {
  return uri && new URL(uri.replace(/,[^/]*/, '')).pathname.slice(1);
}
