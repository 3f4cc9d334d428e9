/** What the APIs take (COVER_MAX_BYTES of the blog, PICTURE_MAX_BYTES of the shop). */
export const MOST_BYTES = 8_000_000;

const TYPES = ["image/jpeg", "image/png", "image/webp"];

export type Refusal = "TooLarge" | "NotImage";

/** Why a file cannot be a picture of the site, before it is sent; null if it can. */
export function refusalOf(file: File): Refusal | null {
  if (!TYPES.includes(file.type)) return "NotImage";
  return file.size > MOST_BYTES ? "TooLarge" : null;
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
