import type { ReactNode } from "react";
import { Link, NavLink } from "react-router";
import { Skeleton } from "@/components/Skeleton";
import { useSession } from "@/hooks/useSession";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";
import "@/features/staff/staff.css";

/** A page of the staff's: the API refuses everybody else, this says so before. */
export function StaffOnly({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useI18n();
  const { user } = useSession();
  useTitle(title);

  if (user && !user.staff) {
    return (
      <div className="container container-narrow calm-page">
        <h1>{t("session:staffOnlyTitle")}</h1>
        <p>{t("session:staffOnly", { name: user.name })}</p>
        <p>
          <Link className="btn" to="/">
            {t("navigation:toHome")}
          </Link>
        </p>
      </div>
    );
  }
  return (
    <div className="container staff-page">
      <nav className="staff-nav" aria-label={t("navigation:staff")}>
        <NavLink to="/staff/orders">{t("staff:ordersTitle")}</NavLink>
        <NavLink to="/staff/products">{t("staff:productsTitle")}</NavLink>
        <a href="/api/admin/">{t("staff:admin")}</a>
      </nav>
      <h1>{title}</h1>
      {user ? children : <Skeleton lines={8} />}
    </div>
  );
}
