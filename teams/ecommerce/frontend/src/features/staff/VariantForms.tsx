import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { product as productQuery } from "@/api/catalogue";
import { api, type Product, type Variant } from "@/api/client";
import { ErrorMessages } from "@/components/ErrorMessages";
import { TextField } from "@/components/TextField";
import { invalid } from "@/features/staff/NewProductForm";
import { whole } from "@/features/staff/whole";
import { useSubmit } from "@/hooks/useSubmit";
import { toasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";

/** Price and stock of each variant. */
export function VariantForms({ product }: { product: Product }) {
  return (
    <ul className="variant-forms">
      {product.variants.map((variant) => (
        <li key={variant.id}>
          <VariantForm product={product} variant={variant} />
        </li>
      ))}
    </ul>
  );
}

function VariantForm({ product, variant }: { product: Product; variant: Variant }) {
  const { t, formatMoney } = useI18n();
  const queries = useQueryClient();
  const [added, setAdded] = useState("");
  const [price, setPrice] = useState(String(variant.price));
  const path = { id: variant.id };
  const lookAgain = () => queries.invalidateQueries({ queryKey: productQuery(product.slug).queryKey });

  const restock = useSubmit(async () => {
    const quantity = whole(added);
    if (quantity === null) throw invalid("quantity", t("staff:notANumber"));
    const reply = await api.post("/api/variants/{id}/restock", { params: { path }, body: { quantity } });
    setAdded("");
    toasts.show(t("staff:restocked", { name: variant.name, stock: reply.variant.stock }));
    await lookAgain();
  });
  const reprice = useSubmit(async () => {
    const wanted = whole(price);
    if (wanted === null) throw invalid("price", t("staff:notANumber"));
    await api.put("/api/variants/{id}", { params: { path }, body: { price: wanted } });
    const said = formatMoney(wanted, product.currency);
    toasts.show(t("staff:priceChanged", { name: variant.name, price: said }));
    await lookAgain();
  });

  return (
    <>
      <h3>
        {variant.name} <small>{variant.sku}</small>
      </h3>
      <p className={`stock ${variant.stock === 0 ? "stock-none" : ""}`} data-stock={variant.stock}>
        {t("staff:onShelf", { count: variant.stock })}
      </p>
      <form className="field-row" noValidate onSubmit={restock.submit}>
        <TextField
          label={t("staff:restockOf", { name: variant.name })}
          name="added"
          inputMode="numeric"
          value={added}
          onChange={setAdded}
        />
        <button type="submit" className="btn" aria-busy={restock.pending}>
          {t("staff:restock")}
        </button>
      </form>
      <form className="field-row" noValidate onSubmit={reprice.submit}>
        <TextField
          label={t("staff:priceIn", { currency: product.currency })}
          name="price"
          inputMode="numeric"
          value={price}
          onChange={setPrice}
        />
        <button type="submit" className="btn" aria-busy={reprice.pending}>
          {t("staff:changePrice")}
        </button>
      </form>
      <ErrorMessages error={restock.error ?? reprice.error} />
    </>
  );
}

const EMPTY = { name: "", sku: "", price: "", stock: "0" };

export function NewVariantForm({ product }: { product: Product }) {
  const { t } = useI18n();
  const queries = useQueryClient();
  const [typed, setTyped] = useState(EMPTY);
  const { error, pending, submit } = useSubmit(async () => {
    const [price, stock] = [whole(typed.price), whole(typed.stock)];
    if (price === null || stock === null) throw invalid(price === null ? "price" : "stock", t("staff:notANumber"));
    const { name, sku } = typed;
    const path = { slug: product.slug };
    const reply = await api.post("/api/products/{slug}/variants", {
      params: { path },
      body: { name, sku, price, stock },
    });
    queries.setQueryData(productQuery(product.slug).queryKey, reply.product);
    setTyped(EMPTY);
    toasts.show(t("staff:saved"));
  });
  const field = (name: keyof typeof EMPTY, label: string, inputMode?: "numeric") => (
    <TextField
      label={label}
      name={`new-${name}`}
      inputMode={inputMode}
      value={typed[name]}
      onChange={(value) => setTyped({ ...typed, [name]: value })}
    />
  );

  return (
    <form className="staff-form" noValidate onSubmit={submit}>
      <h3>{t("staff:addVariant")}</h3>
      <ErrorMessages error={error} />
      <div className="field-row">
        {field("name", t("staff:variantName"))}
        {field("sku", t("staff:sku"))}
        {field("price", t("staff:priceIn", { currency: product.currency }), "numeric")}
        {field("stock", t("staff:stock"), "numeric")}
      </div>
      <p className="hint">{t("staff:restockHint")}</p>
      <button type="submit" className="btn" aria-busy={pending}>
        {t("staff:addVariant")}
      </button>
    </form>
  );
}
