const formats = new Map<string, Intl.NumberFormat>();

/** "₩32,000", "$12.50": an amount in the currency's smallest unit, of which the won has none smaller than itself. */
export function money(minor: number, currency: string, language: string): string {
  const format = formatOf(currency, language);
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0;
  return format.format(minor / 10 ** digits);
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
