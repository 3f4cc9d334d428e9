import { useQueryClient } from "@tanstack/react-query";
import { api, type Address } from "@/api/client";
import { OWN } from "@/api/queries";
import { ErrorMessages } from "@/components/ErrorMessages";
import { TextField } from "@/components/TextField";
import { useDraft } from "@/hooks/useDraft";
import { useSubmit } from "@/hooks/useSubmit";
import { useI18n } from "@/i18n";

const EMPTY = { recipient: "", phone: "", street: "", city: "", postalCode: "", country: "KR" };
const COUNTRIES = ["KR", "US", "JP", "CN", "GB", "DE", "FR", "AU", "CA"] as const;

/** Adds an address. What is typed is kept until it is taken, also when the page is loaded again or the session ends. */
export function AddressForm({ onAdded }: { onAdded?: (address: Address) => void }) {
  const { t, language } = useI18n();
  const queries = useQueryClient();
  const { draft, change, forget } = useDraft("address", EMPTY);
  const { error, pending, submit } = useSubmit(async () => {
    const { address } = await api.post("/api/user/addresses", { body: draft });
    await queries.invalidateQueries({ queryKey: [OWN, "addresses"] });
    forget();
    onAdded?.(address);
  });
  const names = new Intl.DisplayNames(language, { type: "region" });
  const field = (name: keyof typeof EMPTY, autoComplete: string) => (
    <TextField
      label={t(`refusals:field.${name}`)}
      name={name}
      autoComplete={autoComplete}
      value={draft[name]}
      onChange={(value) => change({ [name]: value })}
    />
  );

  return (
    <form className="address-form" noValidate onSubmit={submit}>
      <ErrorMessages error={error} />
      {field("recipient", "name")}
      {field("phone", "tel")}
      {field("street", "street-address")}
      <div className="field-row">
        {field("city", "address-level2")}
        {field("postalCode", "postal-code")}
      </div>
      <label className="field">
        <span>{t("refusals:field.country")}</span>
        <select
          name="country"
          autoComplete="country"
          value={draft.country}
          onChange={(event) => change({ country: event.target.value })}
        >
          {COUNTRIES.map((code) => (
            <option key={code} value={code}>
              {names.of(code)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="btn btn-primary" aria-busy={pending}>
        {t("shell:saveAddress")}
      </button>
    </form>
  );
}
