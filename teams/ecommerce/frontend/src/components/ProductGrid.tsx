import type { ProductItem } from "@/api/client";
import { ProductCard } from "@/components/ProductCard";

interface Props {
  products: readonly ProductItem[];
  /** So many pictures are seen without scrolling. */
  above?: number;
  level?: "h2" | "h3";
}

export function ProductGrid({ products, above = 0, level }: Props) {
  return (
    <ul className="product-grid">
      {products.map((product, index) => (
        <li key={product.slug}>
          <ProductCard
            product={product}
            level={level}
            loading={index >= above ? "lazy" : index === 0 ? "first" : "eager"}
          />
        </li>
      ))}
    </ul>
  );
}
