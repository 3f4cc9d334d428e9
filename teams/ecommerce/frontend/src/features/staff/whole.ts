/** The whole number that somebody typed; null for what is none. */
export function whole(typed: string): number | null {
  const text = typed.trim().replaceAll(",", "");
  return /^-?\d{1,10}$/.test(text) ? Number(text) : null;
}
