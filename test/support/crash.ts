/** From here on this request does nothing any more: as if the process had died. Nothing of ours catches it to tidy up. */
class Crash extends Error {}

/** Dies once, before or after the call has had its effect. */
export function crashAt(target: object, method: string, when: 'before' | 'after'): void {
  const methods = target as Record<string, (...input: unknown[]) => Promise<unknown>>;
  const real = methods[method]?.bind(target);
  if (!real) throw new Error(`There is no ${method}.`);
  jest.spyOn(target as never, method as never).mockImplementationOnce((async (
    ...input: unknown[]
  ) => {
    if (when === 'after') await real(...input);
    throw new Crash(`${when} ${method}`);
  }) as never);
}
