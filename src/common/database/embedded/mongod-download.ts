import { runFetch } from './fetch-command';
import type { Fetcher } from './mongod-cache';
import { isWheelForThisMachine } from './mongod-wheel';

/** Prints the path last, behind the progress that the library prints itself. */
const SCRIPT = `
const { copyFileSync } = require('node:fs');
const { MongoBinary } = require(process.argv[1]);
MongoBinary.getPath({ downloadDir: process.argv[2], checkMD5: true }).then(
  (path) => copyFileSync(path, process.argv[3]),
  (error) => {
    console.error(String(error && error.message).replace(/\\s+/g, ' '));
    process.exit(1);
  },
);
`;

/** A host that lets nothing through may leave a connection open for minutes. */
const STALL_MS = 10_000;

/**
 * MongoDB's own build for this machine, by mongodb-memory-server. In a process of its own, so that it can be ended
 * when nothing comes, and be given settings which the library reads from the environment only.
 */
export const downloadMongod: Fetcher = {
  name: 'the download from MongoDB',
  async fetch(folder, log) {
    log('Downloading mongod for the embedded database (about 100 MB, once) …');
    const library = require.resolve('mongodb-memory-server-core');
    const mongod = `${folder}/mongod`;
    await runFetch({
      command: process.execPath,
      args: ['-e', SCRIPT, library, `${folder}/download`, mongod],
      env: downloadEnvironment(process.env, isWheelForThisMachine()),
      folder,
      stallMs: STALL_MS,
      log,
    });
    return mongod;
  },
};

/**
 * The environment of the downloading process.
 * @param hasAlternative whether a failure costs little, so that one attempt (of the usual three, 6 s) will do.
 */
export function downloadEnvironment(
  env: NodeJS.ProcessEnv,
  hasAlternative: boolean,
): NodeJS.ProcessEnv {
  return {
    ...env,
    NODE_OPTIONS: '',
    // The library verifies TLS certificates only if npm is told to, outright. What arrives will be executed.
    npm_config_strict_ssl: env.npm_config_strict_ssl ?? 'true',
    // These would win over the folder we ask for.
    MONGOMS_DOWNLOAD_DIR: '',
    MONGOMS_SYSTEM_BINARY: '',
    MONGOMS_MAX_RETRIES: env.MONGOMS_MAX_RETRIES ?? (hasAlternative ? '1' : '3'),
  };
}
