import { setTimeout as delay } from 'node:timers/promises';

const SETTLE_MS = 300;

/**
 * The contenders take turns, round by round. Who goes first alternates too, so that whatever drifts (the size of the
 * collections, the machine's other work) meets all alike.
 */
export async function takeTurns<Name extends string, Round>(
  rounds: number,
  contenders: Record<Name, (round: number) => Promise<Round>>,
  afterEach?: () => Promise<void>,
): Promise<Record<Name, Round[]>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Round[]
  >;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      await delay(SETTLE_MS);
      results[name].push(await contenders[name](round));
    }
    await afterEach?.();
  }
  return results;
}
