import { useState, type FormEvent } from "react";
import type { ApiError } from "@course/web/problem";
import { ErrorMessages } from "@/components/ErrorMessages";
import { TextField } from "@/components/TextField";
import { guestCart } from "@/hooks/guestCart";
import { useI18n } from "@/i18n";

/** A code to try; whether it counts, the cart says. */
export function CouponForm({ coupon, refused }: { coupon: string; refused: ApiError | null }) {
  const { t } = useI18n();
  const [code, setCode] = useState(guestCart.coupon());

  function apply(event: FormEvent): void {
    event.preventDefault();
    guestCart.setCoupon(code.trim());
  }

  function remove(): void {
    setCode("");
    guestCart.setCoupon("");
  }

  return (
    <form className="coupon" noValidate onSubmit={apply}>
      <ErrorMessages error={refused} />
      <div role="status">
        {coupon && (
          <p className="coupon-applied">
            {t("cart:couponApplied", { coupon })}{" "}
            <button type="button" className="btn-plain" onClick={remove}>
              {t("cart:couponRemove", { coupon })}
            </button>
          </p>
        )}
      </div>
      {!coupon && (
        <div className="coupon-row">
          <TextField
            label={t("cart:coupon")}
            name="coupon"
            hint={t("cart:couponHint")}
            maxLength={40}
            value={code}
            onChange={setCode}
          />
          <button type="submit" className="btn">
            {t("cart:apply")}
          </button>
        </div>
      )}
    </form>
  );
}
