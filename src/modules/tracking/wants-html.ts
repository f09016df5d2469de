/** True for an `Accept` header that names HTML, and nothing of ours that it likes better: what browsers send (RFC 9110, 12.5.1). */
export function wantsHtml(accept: string | undefined): boolean {
  const html = weightOf(accept, 'text/html');
  return html > 0 && html >= weightOf(accept, 'application/json');
}

/** 0 where it is not named; wildcards say nothing of what somebody would rather have. */
function weightOf(accept: string | undefined, type: string): number {
  for (const range of accept?.toLowerCase().split(',') ?? []) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim());
    if (name !== type) continue;
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    return Number.isFinite(weight) ? weight : 0;
  }
  return 0;
}
