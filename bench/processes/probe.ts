/**
 * Loaded into the servers by `--require`, AllyNet's and the floors' alike. Answers what cannot be seen from outside, and
 * costs nothing until it is asked. If the bench is killed, its end of the channel closes and the server drains, instead of
 * serving on for nobody.
 */
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { machineTime } from '../measure/machine-time';

export type ProbeOrder =
  /** Begin to follow the emissions of this event. */
  | { kind: 'watch'; event: string }
  /** Tell of the last one, and forget it. */
  | { kind: 'emission' }
  /** Collect garbage, then tell what is in use. */
  | { kind: 'memory' };

export interface EmissionAnswer {
  /** Machine time at which the first packet of the event was handed to Socket.IO's adapter. */
  at: number;
  /** The longest time since the last question in which the event loop did nothing else. */
  longestStallMs: number;
}

export interface MemoryAnswer {
  rssBytes: number;
  /** In use on V8's heap and outside of it, for buffers. */
  heapBytes: number;
}

interface AdapterModule {
  Adapter: {
    prototype: { broadcast: (this: void, packet: { data: unknown[] }, options: unknown) => void };
  };
}

const COLLECTIONS = 4;
const delays = monitorEventLoopDelay({ resolution: 1 });
let watched = '';
let emittedAt = 0;

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.on('message', (order: ProbeOrder) => {
  void answer(order).then((reply) => process.send?.(reply));
});
// Listening must not keep a server alive that has closed everything else.
process.channel?.unref();

async function answer(order: ProbeOrder): Promise<object> {
  switch (order.kind) {
    case 'watch':
      watch(order.event);
      return {};
    case 'emission': {
      const emission: EmissionAnswer = { at: emittedAt, longestStallMs: delays.max / 1e6 };
      emittedAt = 0;
      delays.reset();
      return emission;
    }
    case 'memory':
      return memory();
  }
}

/** Every emission to a room goes through the adapter, whoever begins it. */
function watch(event: string): void {
  if (!watched) {
    const fromSocketIo = createRequire(require.resolve('socket.io'));
    const { prototype } = (fromSocketIo('socket.io-adapter') as AdapterModule).Adapter;
    const broadcast = prototype.broadcast;
    prototype.broadcast = function (this: unknown, packet, options) {
      if (packet.data[0] === watched && emittedAt === 0) emittedAt = machineTime();
      Reflect.apply(broadcast, this, [packet, options]);
    };
    delays.enable();
  }
  watched = event;
}

async function memory(): Promise<MemoryAnswer> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let time = 0; time < COLLECTIONS; time += 1) {
    collect();
    await delay(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed + external };
}
