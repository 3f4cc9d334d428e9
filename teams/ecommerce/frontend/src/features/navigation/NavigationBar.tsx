import { useEffect, useState } from "react";
import { Link, NavLink, useLocation } from "react-router";
import { IconSign } from "@/components/IconSign";
import { LanguageSwitch } from "@/features/navigation/LanguageSwitch";
import { SearchForm } from "@/features/navigation/SearchForm";
import { ThemeSwitch } from "@/features/navigation/ThemeSwitch";
import { pieces, useCart } from "@/hooks/useCart";
import { useSession } from "@/hooks/useSession";
import { useI18n } from "@/i18n";

export function NavigationBar() {
  const { t } = useI18n();
  const { user, signedIn } = useSession();
  const { key } = useLocation();
  const [isOpen, setOpen] = useState(false);

  useEffect(() => setOpen(false), [key]);

  const link = (to: string, text: string) => (
    <li>
      <NavLink className="nav-link" to={to}>
        {text}
      </NavLink>
    </li>
  );

  return (
    <nav
      className="navbar"
      aria-label={t("navigation:main")}
      onKeyDown={(event) => {
        if (event.key === "Escape") setOpen(false);
      }}
    >
      <div className="container">
        <Link className="navbar-brand" to="/">
          {t("shell:brand")}
        </Link>
        <SearchForm />
        <CartLink />
        <button
          type="button"
          className="btn-plain navbar-toggle"
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={() => setOpen(!isOpen)}
        >
          <IconSign name={isOpen ? "close" : "menu"} />
          <span className="visually-hidden">{t("navigation:menu")}</span>
        </button>
        <ul id="navigation" className={`navbar-nav${isOpen ? " open" : ""}`}>
          {signedIn ? (
            <>
              {user?.staff && link("/staff/orders", t("navigation:staff"))}
              {link("/orders", t("navigation:orders"))}
              {link("/mailbox", t("navigation:mailbox"))}
              {link("/account", user?.name ?? "…")}
            </>
          ) : (
            <>
              {link("/login", t("session:signIn"))}
              {link("/register", t("session:signUp"))}
            </>
          )}
          <li className="navbar-switches">
            <LanguageSwitch />
            <ThemeSwitch />
          </li>
        </ul>
      </div>
    </nav>
  );
}

function CartLink() {
  const { t } = useI18n();
  const { data } = useCart();
  const count = pieces(data?.cart);
  return (
    <NavLink className="nav-link cart-link" to="/cart">
      <IconSign name="bag" />
      <span className="cart-link-text">{t("navigation:cart")}</span>
      {count > 0 && (
        <span className="cart-count" aria-label={t("navigation:cartCount", { count })} role="img">
          {count}
        </span>
      )}
    </NavLink>
  );
}
