import { useI18n } from "@/i18n";

/** Holds the place of what is loading: lines of text, or cards with pictures. */
export function Skeleton({ lines = 4, cards = 0 }: { lines?: number; cards?: number }) {
  const { t } = useI18n();
  return (
    <div className="skeleton">
      <span className="visually-hidden">{t("shell:loading")}</span>
      {cards > 0 ? (
        <div className="product-grid">
          {Array.from({ length: cards }, (_, index) => (
            <div key={index} className="product-card">
              <div className="skeleton-cover product-picture" />
              <div className="skeleton-line" />
              <div className="skeleton-line" />
            </div>
          ))}
        </div>
      ) : (
        Array.from({ length: lines }, (_, index) => <div key={index} className="skeleton-line" />)
      )}
    </div>
  );
}
