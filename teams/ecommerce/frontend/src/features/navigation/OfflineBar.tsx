import { IconSign } from "@/components/IconSign";
import { useOnline } from "@/hooks/useOnline";
import { useI18n } from "@/i18n";

export function OfflineBar() {
  const { t } = useI18n();
  const online = useOnline();
  return (
    <div role="status">
      {!online && (
        <div className="bar">
          <IconSign name="offline" />
          <p>{t("navigation:offline")}</p>
        </div>
      )}
    </div>
  );
}
