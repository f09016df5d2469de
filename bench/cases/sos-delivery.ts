import type { DeliveryAnswer, DeliveryOrder } from '../clients/protocol';
import { percentile } from '../measure/statistics';
import type { Later } from '../processes/clean-up';
import { type Line, within } from '../report/lines';
import type { Stage } from './stage';

const LAST_HELPER_MS = 5;

/** From the tap to fifty connected helpers, one SOS after another. */
export async function timeDeliveries(stage: Stage, later: Later) {
  const { allynetDb } = await stage.city();
  const { url } = await stage.allynet(allynetDb, later);
  const times = stage.plan.sos.deliveries;
  const deliver = async (requestersConnected: boolean): Promise<DeliveryAnswer> => {
    const whom = requestersConnected ? 'helpers and the requester' : 'helpers';
    stage.say(`${times} SOS to 50 connected ${whom} …`);
    const client = stage.client('delivery-client.js', later);
    const order: DeliveryOrder = { kind: 'delivery', url, times, requestersConnected };
    const answer = await client.ask<DeliveryAnswer>(order);
    await client.stop();
    return answer;
  };
  const delivery = await deliver(false);
  const withRequester = await deliver(true);
  const lines = [
    ...linesOf('alerts', delivery),
    ...linesOf('alerts, requester connected too', withRequester),
  ];
  return { lines, raw: { delivery, withRequester } };
}

function linesOf(title: string, { first, last, lastAfterAnswer }: DeliveryAnswer): Line[] {
  const line = (what: string, allynet: number): Line => ({
    name: `${title}: ${what}`,
    unit: 'ms',
    allynet,
  });
  return [
    within(line('201 to last of 50, p50', percentile(lastAfterAnswer, 0.5)), LAST_HELPER_MS),
    line('tap to first, p50', percentile(first, 0.5)),
    line('tap to last of 50, p50', percentile(last, 0.5)),
    line('tap to last of 50, p95', percentile(last, 0.95)),
  ];
}
