// Nest 12 and its neighbours ship ES modules only, so Jest transpiles them too (docs/decisions/002).
const ESM_PACKAGES = [
  '@apidevtools',
  '@nestjs',
  'nodemailer',
  'load-esm',
  'file-type',
  'uid',
  '@standard-schema',
  'mongodb',
  'strtok3',
  'token-types',
  '@tokenizer',
  '@borewit',
  'uint8array-extras',
];

const swcTypeScript = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};
const swcPackages = { jsc: { target: 'es2022' }, module: { type: 'commonjs' } };

const shared = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', swcTypeScript],
    'node_modules/.+\\.js$': ['@swc/jest', swcPackages],
  },
  transformIgnorePatterns: [`node_modules/(?!(${ESM_PACKAGES.join('|')})/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

module.exports = {
  testTimeout: 120_000,
  maxWorkers: 2,
  // Node keeps something of each file's modules: near its heap's limit, collecting garbage takes most of the time.
  workerIdleMemoryLimit: '1500MB',
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts', '!src/demo/**'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/chaos/**/*.spec.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/**/*.e2e-spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/canaries/guard.ts'],
    },
    { ...shared, displayName: 'model', testMatch: ['<rootDir>/test/model/*.model-spec.ts'] },
  ],
};
