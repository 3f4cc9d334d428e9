import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { product as productQuery } from "@/api/catalogue";
import { api, type Product } from "@/api/client";
import { ErrorMessages } from "@/components/ErrorMessages";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { TextField } from "@/components/TextField";
import { PictureField } from "@/features/staff/PictureField";
import { StaffOnly } from "@/features/staff/StaffOnly";
import { NewVariantForm, VariantForms } from "@/features/staff/VariantForms";
import { useCategories } from "@/hooks/useCategories";
import { confirm } from "@/hooks/useConfirm";
import { useSubmit } from "@/hooks/useSubmit";
import { toasts } from "@/hooks/useToasts";
import { useI18n } from "@/i18n";
import "@/features/staff/texts";

export default function StaffProductPage() {
  const { t } = useI18n();
  const { slug = "" } = useParams();
  const { data: product, error, refetch } = useQuery(productQuery(slug));
  return (
    <StaffOnly title={product?.title ?? t("staff:product")}>
      {product ? (
        <Editor key={slug} product={product} />
      ) : error ? (
        <ErrorNotice error={error} retry={() => void refetch()} />
      ) : (
        <Skeleton lines={8} />
      )}
    </StaffOnly>
  );
}

function Editor({ product }: { product: Product }) {
  const { t } = useI18n();
  const { categories } = useCategories();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [title, setTitle] = useState(product.title);
  const [description, setDescription] = useState(product.description);
  const [category, setCategory] = useState(product.category);
  const path = { slug: product.slug };

  const { error, pending, submit } = useSubmit(async () => {
    const reply = await api.put("/api/products/{slug}", { params: { path }, body: { title, description, category } });
    queries.setQueryData(productQuery(product.slug).queryKey, reply.product);
    toasts.show(t("staff:saved"));
  });

  async function archive(): Promise<void> {
    const named = { title: product.title };
    const text = { title: t("staff:archiveTitle", named), text: t("staff:archiveText"), action: t("staff:archive") };
    if (!(await confirm({ ...text, danger: true }))) return;
    try {
      await api.delete("/api/products/{slug}", { params: { path } });
      toasts.show(t("staff:archived", named));
      await navigate("/staff/products");
      await queries.invalidateQueries({ queryKey: ["products"] });
      queries.removeQueries({ queryKey: productQuery(product.slug).queryKey });
    } catch (failure) {
      toasts.fail(failure);
    }
  }

  return (
    <>
      <p>
        <Link to={`/product/${encodeURIComponent(product.slug)}`}>{t("staff:look")}</Link>
      </p>
      <div className="staff-columns">
        <div>
          <section aria-labelledby="variants">
            <h2 id="variants">{t("staff:variants")}</h2>
            <VariantForms product={product} />
            <NewVariantForm product={product} />
          </section>
        </div>
        <div>
          <PictureField product={product} />
          <form className="staff-form" noValidate onSubmit={submit}>
            <h2>{t("staff:product")}</h2>
            <ErrorMessages error={error} />
            <TextField label={t("staff:productTitle")} name="title" value={title} onChange={setTitle} />
            <label className="field">
              <span>{t("staff:description")}</span>
              <textarea
                name="description"
                rows={6}
                value={description}
                onChange={(event) => setDescription(event.target.value)}
              />
            </label>
            <label className="field">
              <span>{t("staff:category")}</span>
              <select name="category" value={category} onChange={(event) => setCategory(event.target.value)}>
                {categories.map(({ slug, name }) => (
                  <option key={slug} value={slug}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <div className="staff-moves">
              <button type="submit" className="btn btn-primary" aria-busy={pending}>
                {t("staff:save")}
              </button>
              <button type="button" className="btn btn-outline-danger" onClick={() => void archive()}>
                {t("staff:archive")}
              </button>
            </div>
          </form>
        </div>
      </div>
    </>
  );
}
