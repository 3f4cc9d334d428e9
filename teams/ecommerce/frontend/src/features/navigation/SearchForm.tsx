import { useEffect, useRef } from "react";
import { useLocation, useNavigate } from "react-router";
import { onSlash } from "@course/web/slashKey";
import { IconSign } from "@/components/IconSign";
import { useI18n } from "@/i18n";

export function SearchForm() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { search } = useLocation();
  const asked = new URLSearchParams(search).get("q") ?? "";
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => onSlash(() => field.current?.focus()), []);

  return (
    <form
      className="navbar-search"
      role="search"
      action="/search"
      onSubmit={(event) => {
        event.preventDefault();
        const q = field.current?.value.trim() ?? "";
        void navigate(q ? `/search?${new URLSearchParams({ q })}` : "/search");
      }}
    >
      <label className="visually-hidden" htmlFor="site-search">
        {t("navigation:search")}
      </label>
      <IconSign name="search" />
      {/* The key puts another address's words into the field; while one types, it is the field's own. */}
      <input
        key={asked}
        ref={field}
        id="site-search"
        type="search"
        name="q"
        maxLength={200}
        defaultValue={asked}
        placeholder={t("navigation:search")}
      />
    </form>
  );
}
