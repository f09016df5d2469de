const FIRST_NAMES =
  `Jonas Lena Emre Aylin Paul Marie Tomasz Zofia Ben Clara Ivan Elif Max Nora Omar Lucia Felix Amira Karl Ida Mateo Hanna
  Anton Leyla Hugo Greta Samir Frieda Luca Rosa Emil Yara Oskar Nina Theo Alma Jakub Mila Anh Sofia`.split(
    /\s+/,
  );
const INITIALS = 'RTKBMSWHLFAGDNPVZ';

/** The name of helper number `index`: a first name and an initial, all different for the first 680. */
export function helperName(index: number): string {
  const first = FIRST_NAMES[index % FIRST_NAMES.length] ?? '';
  const initial = INITIALS[(index + Math.floor(index / FIRST_NAMES.length)) % INITIALS.length];
  return `${first} ${initial ?? ''}.`;
}
