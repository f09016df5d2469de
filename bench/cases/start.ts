import { percentile } from '../measure/statistics';
import { startAllyNet } from '../processes/servers';
import { within } from '../report/lines';
import type { BenchCase } from './bench-case';

const READY_MS = 1500;

/** From the start of the process to the first 200 of `/health/ready`; the database runs and knows its indexes. */
export const start: BenchCase = async (stage, later) => {
  const { allynetDb } = await stage.city();
  stage.say(`${stage.plan.start.times} cold starts …`);
  const times: number[] = [];
  for (let time = 0; time < stage.plan.start.times; time += 1) {
    const { child, readyAfterMs } = await startAllyNet(stage.settings(allynetDb));
    later(() => child.stop());
    times.push(readyAfterMs);
    await child.stop();
  }
  const line = (what: string, allynet: number) =>
    ({ name: `cold start to ready, ${what}`, unit: 'ms', allynet }) as const;
  return {
    lines: [
      within(line('p50', percentile(times, 0.5)), READY_MS),
      line('slowest', Math.max(...times)),
    ],
    cpu: [],
    raw: { times },
  };
};
