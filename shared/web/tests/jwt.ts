/** A token as the server makes it; nobody here looks at its signature. */
export function jwt(name: string, { iat = 1_000_000, seconds = 900 } = {}): string {
  const payload = btoa(JSON.stringify({ sub: name, iat, exp: iat + seconds }));
  return `e30.${payload.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}.signature-of-${name.padStart(12, "-")}`;
}
