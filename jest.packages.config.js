// What needs programs from the system's packages (redis-server, nginx) or written in Go (gofakes3, stripe-mock): runs of their own, so that `npm test` needs none.
const { projects, ...options } = require('./jest.config');

const [{ displayName: _, testMatch: __, ...shared }] = projects;

module.exports = {
  ...options,
  projects: [
    { ...shared, displayName: 'redis', testMatch: ['<rootDir>/test/redis/**/*.redis-spec.ts'] },
    { ...shared, displayName: 's3', testMatch: ['<rootDir>/test/s3/**/*.s3-spec.ts'] },
    {
      ...shared,
      displayName: 'stripe',
      testMatch: ['<rootDir>/test/stripe/**/*.stripe-spec.ts'],
    },
    { ...shared, displayName: 'deploy', testMatch: ['<rootDir>/test/deploy/**/*.deploy-spec.ts'] },
  ],
};
