import { registerAs } from '@nestjs/config';
import { join, resolve } from 'node:path';
import { currentEnvironment } from './current-environment';
import type { Environment } from './environment';

/** A bucket of anything that speaks S3. */
export interface S3Settings {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Asked for with each file, where it is set. */
  serverSideEncryption: Environment['S3_SERVER_SIDE_ENCRYPTION'];
}

/** Where uploaded and made files are kept: in a folder, or in a bucket where one is configured. */
export const filesConfig = registerAs('files', () => {
  const environment = currentEnvironment();
  const dataDir = resolve(environment.DATA_DIR);
  return {
    folder: join(dataDir, 'files'),
    spoolFolder: join(dataDir, 'spool'),
    s3: s3Settings(environment),
  };
});

function s3Settings(environment: Environment): S3Settings | undefined {
  const {
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  } = environment;
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return undefined;
  return {
    endpoint,
    bucket,
    region: environment.S3_REGION,
    accessKeyId,
    secretAccessKey,
    serverSideEncryption: environment.S3_SERVER_SIDE_ENCRYPTION,
  };
}
