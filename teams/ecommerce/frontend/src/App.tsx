import { useEffect, useRef, useState, type RefObject } from "react";
import { Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { ToastRegion } from "@/components/ToastRegion";
import { NavigationBar } from "@/features/navigation/NavigationBar";
import { OfflineBar } from "@/features/navigation/OfflineBar";
import { SiteFooter } from "@/features/navigation/SiteFooter";
import { SessionNotice } from "@/features/session/SessionNotice";
import { onTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";

/** The frame around every page. */
export function App() {
  const { t } = useI18n();
  const main = useRef<HTMLElement>(null);
  const { state } = useNavigation();
  useArrival(main);

  return (
    <>
      <a className="skip-link" href="#content">
        {t("navigation:skip")}
      </a>
      <header>
        <NavigationBar />
        <OfflineBar />
        <SessionNotice />
      </header>
      <main id="content" ref={main} tabIndex={-1} aria-busy={state === "loading"}>
        <Outlet />
      </main>
      <SiteFooter />
      <ToastRegion />
      <ConfirmDialog />
      <Announcement />
      <ScrollRestoration />
    </>
  );
}

/** Brings keyboard and screen reader to a new page, as a full page load would. */
function useArrival(main: RefObject<HTMLElement | null>): void {
  const { pathname, state } = useLocation();
  const path = useRef(pathname);
  const stays = (state as { stays?: boolean } | null)?.stays === true;

  useEffect(() => {
    if (pathname === path.current) return;
    path.current = pathname;
    // Whoever types a search or chooses a filter stays where they are.
    if (stays) return;
    const heading = main.current?.querySelector("h1");
    if (heading) heading.tabIndex = -1;
    (heading ?? main.current)?.focus({ preventScroll: true });
  }, [main, pathname, stays]);
}

/** Says where one is; a page that waits for its data has no name of its own yet, and says it when it has. */
function Announcement() {
  const { t } = useI18n();
  const { pathname } = useLocation();
  const [announcement, setAnnouncement] = useState("");
  const announced = useRef({ pathname, isNameless: false });
  const brand = t("shell:brand");

  useEffect(
    () =>
      onTitle((title) => {
        const isNew = announced.current.pathname !== location.pathname;
        if (!isNew && !announced.current.isNameless) return;
        announced.current = { pathname: location.pathname, isNameless: title === brand };
        setAnnouncement(title);
      }),
    [brand],
  );

  return (
    <p className="visually-hidden" role="status">
      {announcement}
    </p>
  );
}
