import { useEffect, useRef } from "react";
import { useQuestion } from "@/hooks/useConfirm";
import { useI18n } from "@/i18n";

export function ConfirmDialog() {
  const { t } = useI18n();
  const asked = useQuestion();
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    // The browser keeps the focus inside, and gives it back afterwards.
    if (asked) dialog.current?.showModal();
    else dialog.current?.close();
  }, [asked]);

  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby="question"
      onCancel={(event) => {
        event.preventDefault();
        asked?.answer(false);
      }}
    >
      {asked && (
        <>
          <h2 id="question">{asked.title}</h2>
          <p>{asked.text}</p>
          <div className="dialog-actions">
            <button type="button" className="btn btn-secondary" onClick={() => asked.answer(false)}>
              {t("shell:no")}
            </button>
            <button
              type="button"
              className={`btn ${asked.danger ? "btn-danger" : "btn-primary"}`}
              onClick={() => asked.answer(true)}
            >
              {asked.action}
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}
