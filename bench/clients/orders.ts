import type { Failed } from './protocol';

/** Carries out the orders that the bench sends to this process, and ends with the bench. */
export function obey(carryOut: (order: never) => Promise<object>): void {
  process.on('message', (order) => {
    carryOut(order as never).then(
      (answer) => process.send?.(answer),
      (error: unknown) => {
        const failed: Failed = { kind: 'failed', error: String(error) };
        process.send?.(failed);
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
}
