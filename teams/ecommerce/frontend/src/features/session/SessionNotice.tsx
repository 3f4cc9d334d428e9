import { useEffect, useRef, useState } from "react";
import type { EndReason } from "@course/web/session";
import { session } from "@/api/client";
import { IconSign } from "@/components/IconSign";
import { LoginForm } from "@/features/session/LoginForm";
import { useI18n } from "@/i18n";

/** Says that the session ended by itself, and lets one sign in over the page: whatever was typed there stays. */
export function SessionNotice() {
  const { t } = useI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState<Exclude<EndReason, "signed-out"> | null>(null);
  const [isAsking, setAsking] = useState(false);
  const email = useRef(session.user?.email ?? "");

  useEffect(
    () =>
      session.onChange((ended) => {
        email.current = session.user?.email ?? email.current;
        if (ended) setReason(ended === "signed-out" ? null : ended);
        else if (session.state === "signed-in") setReason(null);
      }),
    [],
  );

  useEffect(() => {
    if (isAsking) dialog.current?.showModal();
  }, [isAsking]);

  return (
    <>
      <div role="status">
        {reason && (
          <div className="bar bar-session">
            <IconSign name="alert" />
            <p>{t(`session:${reason}`)}</p>
            <button type="button" className="btn btn-sm btn-primary" onClick={() => setAsking(true)}>
              {t("session:signInAgain")}
            </button>
            <button type="button" className="btn btn-sm btn-secondary" onClick={() => setReason(null)}>
              {t("session:later")}
            </button>
          </div>
        )}
      </div>
      <dialog ref={dialog} className="dialog" aria-labelledby="sign-in-again" onClose={() => setAsking(false)}>
        <h2 id="sign-in-again">{t("session:signInAgain")}</h2>
        {isAsking && <LoginForm email={email.current} onDone={() => dialog.current?.close()} />}
        <button
          type="button"
          className="btn-plain dialog-close"
          aria-label={t("shell:close")}
          onClick={() => dialog.current?.close()}
        >
          <IconSign name="close" />
        </button>
      </dialog>
    </>
  );
}
