import type { Failed } from './protocol';

/** Carries out the orders that the bench sends to this process, and ends with the bench. */
export function obey<Order, Answer>(carryOut: (order: Order) => Promise<Answer>): void {
  process.on('message', (order: Order) => {
    carryOut(order).then(
      (answer) => process.send?.(answer as object),
      (error: unknown) => {
        const failed: Failed = { kind: 'failed', error: String(error) };
        process.send?.(failed);
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
}
