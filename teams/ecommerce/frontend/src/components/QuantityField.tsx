import { useState } from "react";
import { IconSign } from "@/components/IconSign";
import { useI18n } from "@/i18n";

interface Props {
  id: string;
  value: number;
  onChange(quantity: number): void;
  /** Of what, for who does not see what stands beside it. */
  label: string;
  least?: number;
  most?: number;
}

const MOST = 99;

/** A number with buttons for one less and one more; what is typed counts when the field is left, or with Enter. */
export function QuantityField({ id, value, onChange, label, least = 1, most = MOST }: Props) {
  const { t } = useI18n();
  const [typed, setTyped] = useState<string | null>(null);
  const within = (number: number) => Math.min(Math.max(number, least), most);

  function take(): void {
    if (typed === null) return;
    const number = Number.parseInt(typed, 10);
    setTyped(null);
    if (!Number.isNaN(number) && within(number) !== value) onChange(within(number));
  }

  return (
    <div className="quantity" role="group" aria-label={label}>
      <button type="button" disabled={value <= least} aria-label={t("shell:less")} onClick={() => onChange(value - 1)}>
        <IconSign name="minus" />
      </button>
      <input
        id={id}
        name="quantity"
        inputMode="numeric"
        autoComplete="off"
        aria-label={t("shell:quantity")}
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          take();
        }}
      />
      <button type="button" disabled={value >= most} aria-label={t("shell:more")} onClick={() => onChange(value + 1)}>
        <IconSign name="plus" />
      </button>
    </div>
  );
}
