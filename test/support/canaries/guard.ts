import { expectNoSightings } from './canary-watch';

afterEach(expectNoSightings);
