import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { MOST_BYTES, refusalOf, sizeText } from "@course/web/pictureFile";
import { upload } from "@course/web/upload";
import { product as productQuery } from "@/api/catalogue";
import { session, type Picture, type Product } from "@/api/client";
import { ErrorMessages } from "@/components/ErrorMessages";
import { ProductPicture } from "@/components/ProductPicture";
import { TextField } from "@/components/TextField";
import { useSubmit } from "@/hooks/useSubmit";
import { useI18n } from "@/i18n";

const ASK_EVERY_MS = 1_500;

/** The product's picture: chosen, described, sent with progress, and made ready by the worker. */
export function PictureField({ product }: { product: Product }) {
  const { t, language } = useI18n();
  const id = useId();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [alt, setAlt] = useState(product.picture?.alt ?? "");
  const [refused, setRefused] = useState("");
  const [progress, setProgress] = useState<number | null>(null);
  const sending = useRef(new AbortController());
  const limit = sizeText(MOST_BYTES, language);
  const { queryKey } = productQuery(product.slug);
  useQuery({
    ...productQuery(product.slug),
    refetchInterval: product.picture?.status === "processing" ? ASK_EVERY_MS : false,
  });
  useEffect(() => () => sending.current.abort(), []);

  function choose(chosen: File | undefined): void {
    if (!chosen) return;
    const why = refusalOf(chosen);
    setRefused(why ? t(`staff:refused${why}`, { size: sizeText(chosen.size, language), limit }) : "");
    setFile(why ? null : chosen);
  }

  const { error, submit } = useSubmit(async () => {
    if (!file) return;
    sending.current = new AbortController();
    const form = new FormData();
    form.set("file", file);
    form.set("alt", alt.trim());
    setProgress(0);
    try {
      const { picture } = await upload<{ picture: Picture }>({
        url: `/api/products/${encodeURIComponent(product.slug)}/picture`,
        form,
        session,
        signal: sending.current.signal,
        maxBytes: MOST_BYTES + 10_000,
        onProgress: setProgress,
      });
      queries.setQueryData(queryKey, (known) => known && { ...known, picture });
      setFile(null);
    } finally {
      setProgress(null);
    }
  });

  const percent = new Intl.NumberFormat(language, { style: "percent" }).format(progress ?? 0);
  return (
    <form className="staff-form" noValidate onSubmit={submit}>
      <h2>{t("staff:picture")}</h2>
      <div className="staff-picture">
        <ProductPicture picture={product.picture} sizes="16rem" />
      </div>
      <p className="hint" role="status">
        {news()}
      </p>
      <ErrorMessages error={error?.code === "aborted" ? null : error} />
      <div role="alert">{refused && <p className="error-messages">{refused}</p>}</div>
      <div className="field">
        <label htmlFor={id}>{t("staff:choose")}</label>
        <input
          id={id}
          type="file"
          accept="image/jpeg,image/png,image/webp"
          aria-describedby={`${id}-hint`}
          onChange={(event) => choose(event.target.files?.[0])}
        />
        <p id={`${id}-hint`} className="field-hint">
          {t("staff:pictureHint", { limit })}
        </p>
      </div>
      <TextField
        label={t("staff:alt")}
        name="alt"
        hint={t("staff:altHint")}
        maxLength={300}
        value={alt}
        onChange={setAlt}
      />
      {progress === null ? (
        <button type="submit" className="btn btn-primary" disabled={!file}>
          {t("staff:upload")}
        </button>
      ) : (
        <div className="staff-moves">
          <progress value={progress} max={1} aria-label={t("staff:uploading", { percent })} />
          <span>{t("staff:uploading", { percent })}</span>
          <button type="button" className="btn btn-sm" onClick={() => sending.current.abort()}>
            {t("staff:stop")}
          </button>
        </div>
      )}
    </form>
  );

  function news(): string {
    const { picture } = product;
    if (!picture) return "";
    if (picture.status === "processing") return t("staff:processing");
    if (picture.status === "failed") return t("staff:failed", { reason: picture.reason });
    return t("staff:ready", { sizes: picture.images.map(({ width, height }) => `${width} × ${height}`).join(", ") });
  }
}
