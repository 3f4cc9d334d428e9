import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useNavigate } from "react-router";
import { onThemeChange, setTheme, theme } from "@course/web/theme";
import { addresses } from "@/api/customers";
import { api, session, type Address } from "@/api/client";
import { AddressForm } from "@/components/AddressForm";
import { AddressText } from "@/components/AddressText";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { confirm } from "@/hooks/useConfirm";
import { useSession } from "@/hooks/useSession";
import { useTitle } from "@/hooks/useTitle";
import { toasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";
import "@/features/account/texts";
import "@/features/account/account.css";

const LANGUAGES = { en: "English", ko: "한국어" } as const;
const THEMES = ["system", "light", "dark"] as const;

export default function AccountPage() {
  const { t, language, setLanguage } = useI18n();
  const { user } = useSession();
  const navigate = useNavigate();
  const chosen = useSyncExternalStore(onThemeChange, theme);
  useTitle(t("account:title"));

  async function signOut(): Promise<void> {
    await navigate("/");
    await session.end("signed-out");
    toasts.show(t("session:signedOut"));
  }

  return (
    <div className="container container-list account-page">
      <h1>{t("account:title")}</h1>
      {user && (
        <p>
          <strong>{user.name}</strong>
          <br />
          {user.email}
        </p>
      )}
      <p>
        <button type="button" className="btn btn-outline-secondary" onClick={() => void signOut()}>
          {t("session:signOut")}
        </button>
      </p>
      <section aria-labelledby="addresses">
        <h2 id="addresses">{t("account:addresses")}</h2>
        <Addresses />
        <h3>{t("account:add")}</h3>
        <AddressForm onAdded={() => toasts.show(t("account:added"))} />
      </section>
      <section aria-labelledby="look">
        <h2 id="look">{t("account:look")}</h2>
        <fieldset className="choices">
          <legend>{t("account:language")}</legend>
          {(Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]).map((one) => (
            <label key={one} className="choice" lang={one}>
              <input type="radio" name="language" checked={language === one} onChange={() => setLanguage(one)} />
              <span>{LANGUAGES[one]}</span>
            </label>
          ))}
        </fieldset>
        <fieldset className="choices">
          <legend>{t("account:colors")}</legend>
          {THEMES.map((one) => (
            <label key={one} className="choice">
              <input type="radio" name="theme" checked={chosen === one} onChange={() => setTheme(one)} />
              <span>{t(`account:${one}`)}</span>
            </label>
          ))}
        </fieldset>
      </section>
    </div>
  );
}

function Addresses() {
  const { t } = useI18n();
  const { signedIn } = useSession();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ ...addresses, enabled: signedIn });

  async function remove(address: Address): Promise<void> {
    const text = { title: t("account:removeTitle"), text: t("account:removeText"), action: t("account:remove") };
    if (!(await confirm({ ...text, danger: true }))) return;
    try {
      await api.delete("/api/user/addresses/{id}", { params: { path: { id: address.id } } });
      toasts.show(t("account:removed"));
    } catch (failure) {
      toasts.fail(failure);
    }
    await queries.invalidateQueries({ queryKey: addresses.queryKey });
  }

  if (!data) return error ? <ErrorNotice error={error} retry={() => void refetch()} /> : <Skeleton lines={4} />;
  if (data.length === 0) return <p>{t("account:noAddress")}</p>;
  return (
    <ul className="address-list">
      {data.map((address) => (
        <li key={address.id}>
          <AddressText address={address} />
          <button
            type="button"
            className="btn btn-sm btn-outline-danger"
            aria-label={t("account:removeOf", { recipient: address.recipient, street: address.street })}
            onClick={() => void remove(address)}
          >
            {t("account:remove")}
          </button>
        </li>
      ))}
    </ul>
  );
}
