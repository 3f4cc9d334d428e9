const HOME = "/";

/**
 * Where to go after signing in: a path of this site, or home.
 *
 * The value comes from the address, so anybody can write it: "//evil.example" and "/\evil.example" lead elsewhere.
 */
export function nextPath(value: unknown): string {
  if (typeof value !== "string" || !URL.canParse(value, location.origin)) return HOME;
  const url = new URL(value, location.origin);
  if (url.origin !== location.origin || !value.startsWith("/")) return HOME;
  // A way back to the form itself would be a circle.
  return /^\/(login|register)$/.test(url.pathname) ? HOME : url.pathname + url.search + url.hash;
}
