import type { Place } from '../../common/geo/geo';

/** Cells in degrees of latitude, from fine (about 1 km) to coarse (about 16 km). */
const CELLS_DEGREES = [0.01, 0.16];
/** Places that are remembered: some megabytes at most. */
const MOST_CELLS = 20_000;
/** A ring is drawn for so many more than are wanted, so that it rarely holds too few. */
const MARGIN = 1.2;

/** How densely helpers live, by what earlier searches found. Only ever a guess to begin with. */
export class HelperDensity {
  /** Helpers for each square metre; the longest unused first. */
  private readonly cells = new Map<string, number>();

  /** The radius in metres in which so many may be expected; undefined where nobody has searched yet. */
  radiusFor(place: Place, wanted: number): number | undefined {
    for (const key of keysOf(place)) {
      const density = this.cells.get(key);
      if (density !== undefined) return Math.sqrt((wanted * MARGIN) / (Math.PI * density));
    }
    return undefined;
  }

  /** So many were found within this radius. */
  learn(place: Place, found: number, radiusMeters: number): void {
    if (found === 0 || radiusMeters === 0) return;
    for (const key of keysOf(place)) {
      this.cells.delete(key);
      this.cells.set(key, found / (Math.PI * radiusMeters ** 2));
    }
    while (this.cells.size > MOST_CELLS) this.cells.delete(this.cells.keys().next().value ?? '');
  }
}

/** The finest first. */
function keysOf({ latitude, longitude }: Place): string[] {
  return CELLS_DEGREES.map(
    (size) => `${size}:${Math.floor(latitude / size)}:${Math.floor(longitude / size)}`,
  );
}
