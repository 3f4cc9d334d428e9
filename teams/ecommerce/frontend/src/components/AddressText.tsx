import type { NewAddress } from "@/api/client";
import { useI18n } from "@/i18n";

/** As one writes it on a parcel. */
export function AddressText({ address }: { address: NewAddress }) {
  const { language } = useI18n();
  return (
    <address className="address">
      <strong>{address.recipient}</strong>
      <span>{address.street}</span>
      <span>
        {address.city} {address.postalCode}
      </span>
      <span>{countryName(address.country, language)}</span>
      <span>{address.phone}</span>
    </address>
  );
}

function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
