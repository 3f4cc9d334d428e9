const formats = new Map<string, Intl.NumberFormat>();

/** "₩32,000", "$12.50": an amount in the currency's smallest unit, of which the won has none smaller than itself. */
export function money(minor: number, currency: string, language: string): string {
  return formatOf(currency, language).format(minor / 10 ** digitsOf(currency));
}

/** "₩", "$". */
export function currencySign(currency: string, language: string): string {
  const parts = formatOf(currency, language).formatToParts(0);
  return parts.find(({ type }) => type === "currency")?.value ?? currency;
}

/** What somebody typed, "12.5" dollars, in the smallest unit, 1250; null for nothing, undefined for what is no amount. */
export function amountIn(typed: string, currency: string): number | null | undefined {
  const text = typed.replaceAll(/[\s,]/g, "");
  if (text === "") return null;
  const [, whole = "", part = ""] = /^(\d{1,9})(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = digitsOf(currency);
  // Put together as text: 0.1 + 0.2 is no sum of money.
  return whole === "" || part.length > digits ? undefined : Number(whole + part.padEnd(digits, "0"));
}

/** As `amountIn` takes it: 1250 cents are "12.50". */
export function typedAmount(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  return (minor / 10 ** digits).toFixed(digits);
}

/** How many digits stand behind the point. */
export function digitsOf(currency: string): number {
  return formatOf(currency, "en").resolvedOptions().maximumFractionDigits ?? 0;
}

/** Made once: a list shows many prices, and making a formatter takes longer than using it. */
function formatOf(currency: string, language: string): Intl.NumberFormat {
  const key = `${language}-${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  formats.set(key, made);
  return made;
}
