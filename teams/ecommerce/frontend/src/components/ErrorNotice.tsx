import type { ReactNode } from "react";
import type { ApiError } from "@course/web/problem";
import { explained } from "@/api/refusals";
import { IconSign } from "@/components/IconSign";
import { useI18n } from "@/i18n";

interface Props {
  error: ApiError;
  retry?: () => void;
  /** A way on, where trying again is none. */
  children?: ReactNode;
}

/** In the place of what could not be loaded. */
export function ErrorNotice({ error, retry, children }: Props) {
  const { t } = useI18n();
  const said = explained(error);
  return (
    <div className="notice" role="alert">
      <IconSign name={error.code === "offline" ? "offline" : "alert"} />
      <p className="notice-title">{said.title}</p>
      <p>{said.detail}</p>
      {retry && (
        <p>
          <button type="button" className="btn" onClick={retry}>
            {t("shell:tryAgain")}
          </button>
        </p>
      )}
      {children}
      {error.requestId && <p className="notice-small">{t("shell:requestId", { id: error.requestId })}</p>}
    </div>
  );
}
