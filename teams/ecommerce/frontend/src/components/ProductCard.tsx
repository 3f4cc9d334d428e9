import { Link } from "react-router";
import type { ProductItem } from "@/api/client";
import { ProductPicture } from "@/components/ProductPicture";
import { useI18n } from "@/i18n";

const SIZES = "(min-width: 70rem) 16rem, (min-width: 44rem) 30vw, 46vw";

interface Props {
  product: ProductItem;
  loading?: "first" | "eager" | "lazy";
  /** The level of its heading. */
  level?: "h2" | "h3";
}

export function ProductCard({ product, loading, level: Heading = "h3" }: Props) {
  const { t, formatMoney } = useI18n();
  return (
    <article className={`product-card${product.inStock ? "" : " sold-out"}`}>
      <div className="product-frame">
        <ProductPicture picture={product.picture} sizes={SIZES} loading={loading} decorative />
        {!product.inStock && <span className="badge">{t("shell:soldOut")}</span>}
      </div>
      <Heading className="product-title">
        {/* The link covers the whole card. */}
        <Link to={`/product/${encodeURIComponent(product.slug)}`}>{product.title}</Link>
      </Heading>
      <p className="product-price">{formatMoney(product.price, product.currency)}</p>
    </article>
  );
}
