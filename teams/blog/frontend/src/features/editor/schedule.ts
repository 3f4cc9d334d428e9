/** A moment of the API as a `datetime-local` field shows it: in the author's own zone, to the minute. */
export function toField(moment: string | null): string {
  if (!moment) return "";
  const date = new Date(moment);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What is in the field as a moment of the API, or null if it is empty or no moment. */
export function fromField(value: string): string | null {
  const date = new Date(value);
  return value === "" || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** The author's zone as people write it: "Asia/Seoul (GMT+9)". */
export function zoneName(at = new Date()): string {
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" }).formatToParts(at);
  const offset = parts.find((part) => part.type === "timeZoneName")?.value ?? "";
  return `${Intl.DateTimeFormat().resolvedOptions().timeZone} (${offset})`;
}
