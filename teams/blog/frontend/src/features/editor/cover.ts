/** The API's own limit (blog/config.py, COVER_MAX_BYTES). */
export const MOST_BYTES = 8_000_000;

const TYPES = ["image/jpeg", "image/png", "image/webp"];

export type Refusal = "coverTooLarge" | "coverNotImage";

/** Why a file cannot become a cover, before it is sent; null if it can. */
export function refusalOf(file: File): Refusal | null {
  if (!TYPES.includes(file.type)) return "coverNotImage";
  return file.size > MOST_BYTES ? "coverTooLarge" : null;
}

/** Whether two files are one, dropped twice. */
export function isSameFile(one: File | null, other: File): boolean {
  return one?.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

/** "30 MB", as file managers say it. */
export function sizeText(bytes: number, language: string): string {
  const megabytes = { style: "unit", unit: "megabyte", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, megabytes).format(bytes / 1_000_000);
}
