import { Link } from "react-router";
import { IconSign } from "@/components/IconSign";
import { toasts, useToasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";

export function ToastRegion() {
  const { t } = useI18n();
  const shown = useToasts();
  return (
    <div className="toasts" role="status">
      {shown.map(({ id, kind, text, link }) => (
        <div key={id} className={`toast toast-${kind}`}>
          <IconSign name={kind === "done" ? "check" : "alert"} />
          <p>{text}</p>
          {link && (
            <Link to={link.to} onClick={() => toasts.dismiss(id)}>
              {link.text}
            </Link>
          )}
          <button type="button" className="btn-plain" aria-label={t("shell:close")} onClick={() => toasts.dismiss(id)}>
            <IconSign name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
