import type { Picture } from "@/api/client";
import { useI18n } from "@/i18n";

interface Props {
  picture: Picture | null;
  /** How wide it is shown, as in HTML. */
  sizes: string;
  /** For the pictures that one sees first; the very first one goes before everything else. */
  loading?: "first" | "eager" | "lazy";
  /** Beside a text that says the same, a screen reader need not say it twice. */
  decorative?: boolean;
}

/** A square, whatever the picture's own shape: nothing moves when it comes. */
export function ProductPicture({ picture, sizes, loading = "lazy", decorative = false }: Props) {
  const { t } = useI18n();
  const images = picture?.status === "ready" ? picture.images.toSorted((one, other) => one.width - other.width) : [];
  const largest = images.at(-1);
  if (!largest) {
    const text = picture?.status === "processing" ? t("shell:pictureProcessing") : t("shell:noPicture");
    return (
      <div className="product-picture picture-missing">
        <span>{text}</span>
      </div>
    );
  }
  return (
    <img
      className="product-picture"
      srcSet={images.map(({ url, width }) => `${url} ${width}w`).join(", ")}
      sizes={sizes}
      src={largest.url}
      width={largest.width}
      height={largest.height}
      alt={decorative ? "" : (picture?.alt ?? "")}
      loading={loading === "lazy" ? "lazy" : "eager"}
      fetchPriority={loading === "first" ? "high" : undefined}
      decoding="async"
    />
  );
}
