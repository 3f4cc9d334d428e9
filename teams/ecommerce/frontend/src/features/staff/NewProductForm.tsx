import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { ApiError } from "@course/web/problem";
import { api } from "@/api/client";
import { ErrorMessages } from "@/components/ErrorMessages";
import { TextField } from "@/components/TextField";
import { whole } from "@/features/staff/whole";
import { useCategories } from "@/hooks/useCategories";
import { useDraft } from "@/hooks/useDraft";
import { useSubmit } from "@/hooks/useSubmit";
import { toasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";

const EMPTY = { title: "", description: "", category: "", currency: "KRW", sku: "", name: "", price: "", stock: "0" };

/** A product with its first variant; what is typed is kept until it is taken. */
export function NewProductForm() {
  const { t } = useI18n();
  const { categories } = useCategories();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { draft, change, forget } = useDraft("product", EMPTY);
  const { error, pending, submit } = useSubmit(async () => {
    const { title, description, currency, sku, name } = draft;
    const [price, stock] = [whole(draft.price), whole(draft.stock)];
    if (price === null || stock === null) throw invalid(price === null ? "price" : "stock", t("staff:notANumber"));
    const { product } = await api.post("/api/products", {
      body: {
        title,
        description,
        category: draft.category || (categories[0]?.slug ?? ""),
        currency: currency === "USD" ? "USD" : "KRW",
        variants: [{ sku, name, price, stock }],
      },
    });
    forget();
    await queries.invalidateQueries({ queryKey: ["products"] });
    toasts.show(t("staff:created", { title: product.title }));
    await navigate(`/staff/products/${encodeURIComponent(product.slug)}`);
  });
  const field = (name: keyof typeof EMPTY, label: string, inputMode?: "numeric") => (
    <TextField
      label={label}
      name={name}
      inputMode={inputMode}
      value={draft[name]}
      onChange={(value) => change({ [name]: value })}
    />
  );

  return (
    <form className="staff-form" noValidate onSubmit={submit}>
      <h2>{t("staff:newProduct")}</h2>
      <ErrorMessages error={error} />
      {field("title", t("staff:productTitle"))}
      <label className="field">
        <span>{t("staff:description")}</span>
        <textarea
          name="description"
          rows={4}
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
        />
      </label>
      <div className="field-row">
        <label className="field">
          <span>{t("staff:category")}</span>
          <select
            name="category"
            value={draft.category || categories[0]?.slug}
            onChange={(event) => change({ category: event.target.value })}
          >
            {categories.map(({ slug, name }) => (
              <option key={slug} value={slug}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{t("staff:currency")}</span>
          <select name="currency" value={draft.currency} onChange={(event) => change({ currency: event.target.value })}>
            <option>KRW</option>
            <option>USD</option>
          </select>
        </label>
      </div>
      <fieldset>
        <legend>{t("staff:first")}</legend>
        <div className="field-row">
          {field("name", t("staff:variantName"))}
          {field("sku", t("staff:sku"))}
          {field("price", t("staff:priceIn", { currency: draft.currency }), "numeric")}
          {field("stock", t("staff:stock"), "numeric")}
        </div>
        <p className="hint">{t("staff:priceHint")}</p>
      </fieldset>
      <button type="submit" className="btn btn-primary" aria-busy={pending}>
        {t("staff:create")}
      </button>
    </form>
  );
}

/** A refusal of this page's own, shown as the API's are. */
export function invalid(field: string, message: string): ApiError {
  return new ApiError(message, { status: 422, code: "invalid", fields: { [field]: [message] } });
}
