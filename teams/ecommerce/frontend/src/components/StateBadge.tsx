import type { OrderState } from "@/api/client";
import { useI18n } from "@/i18n";

export function StateBadge({ state }: { state: OrderState }) {
  const { t } = useI18n();
  return (
    <span className={`state state-${state}`} data-state={state}>
      {t(`shell:state.${state}`)}
    </span>
  );
}
