// What needs a redis-server: a run of its own, so that `npm test` needs none.
const { projects, ...options } = require('./jest.config');

const [{ displayName: _, testMatch: __, ...shared }] = projects;

module.exports = {
  ...options,
  projects: [
    { ...shared, displayName: 'redis', testMatch: ['<rootDir>/test/redis/**/*.redis-spec.ts'] },
  ],
};
