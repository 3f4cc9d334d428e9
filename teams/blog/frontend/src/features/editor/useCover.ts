import { computed, onScopeDispose, ref, shallowRef } from "vue";
import { type ApiError, toApiError } from "@course/web/problem";
import { upload as sendFile } from "@course/web/upload";
import { type Article, type Cover, api, session } from "@/api/client";
import { useCoverProgress } from "@/composables/useCoverProgress";
import { isSameFile, MOST_BYTES, type Refusal, refusalOf } from "@course/web/pictureFile";

/** The picture of the article on the desk: chosen, looked at, sent, and made ready by the worker. */
export function useCover(article: () => Article | null) {
  const cover = shallowRef<Cover | null>(article()?.cover ?? null);
  const file = shallowRef<File | null>(null);
  const alt = ref(cover.value?.alt ?? "");
  const preview = ref("");
  const refused = shallowRef<{ why: Refusal; file: File } | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const progress = ref<number | null>(null);
  let lastSent: File | null = null;
  let sending = new AbortController();

  const isWaiting = computed(() => file.value !== null);
  const isAltChanged = computed(() => cover.value !== null && !file.value && alt.value.trim() !== cover.value.alt);

  function choose(chosen: File): void {
    if (isSameFile(file.value ?? lastSent, chosen)) return;
    error.value = null;
    const why = refusalOf(chosen);
    refused.value = why && { why, file: chosen };
    if (why) return;
    forget();
    file.value = chosen;
    preview.value = URL.createObjectURL(chosen);
  }

  function forget(): void {
    URL.revokeObjectURL(preview.value);
    preview.value = "";
    file.value = null;
  }

  /** True if there is nothing left to send. */
  async function upload(): Promise<boolean> {
    const slug = article()?.slug;
    const chosen = file.value;
    if (slug && isAltChanged.value) return changeAlt(slug);
    if (!slug || !chosen || progress.value !== null) return chosen === null;
    sending = new AbortController();
    progress.value = 0;
    error.value = null;
    try {
      const reply = await sendFile<{ cover: Cover }>({
        url: `/api/articles/${encodeURIComponent(slug)}/cover`,
        method: "PUT",
        form: formOf(chosen),
        session,
        signal: sending.signal,
        maxBytes: MOST_BYTES,
        onProgress: (fraction) => (progress.value = fraction),
      });
      cover.value = reply.cover;
      lastSent = chosen;
      forget();
      return true;
    } catch (failure) {
      error.value = toApiError(failure);
      return false;
    } finally {
      progress.value = null;
    }
  }

  /** The description alone: the picture that the server has stays as it is. */
  async function changeAlt(slug: string): Promise<boolean> {
    error.value = null;
    try {
      const body = { cover: { alt: alt.value.trim() } };
      cover.value = (await api.patch("/api/articles/{slug}/cover", { params: { path: { slug } }, body })).cover;
      return true;
    } catch (failure) {
      error.value = toApiError(failure);
      return false;
    }
  }

  function formOf(chosen: File): FormData {
    const form = new FormData();
    form.set("file", chosen);
    form.set("alt", alt.value.trim());
    return form;
  }

  async function remove(): Promise<void> {
    const slug = article()?.slug;
    if (file.value || !slug) return forget();
    try {
      await api.delete("/api/articles/{slug}/cover", { params: { path: { slug } } });
      cover.value = null;
      lastSent = null;
      alt.value = "";
    } catch (failure) {
      error.value = toApiError(failure);
    }
  }

  async function ask(): Promise<void> {
    const slug = article()?.slug;
    if (!slug) return;
    try {
      cover.value = (await api.get("/api/articles/{slug}", { params: { path: { slug } } })).article.cover;
    } catch {
      // It is asked again, and the picture is on its way either way.
    }
  }

  useCoverProgress(() => cover.value, ask);
  onScopeDispose(() => {
    sending.abort();
    forget();
  });

  return {
    cover,
    file,
    alt,
    preview,
    refused,
    error,
    progress,
    isWaiting,
    isAltChanged,
    choose,
    upload,
    remove,
    stop: () => sending.abort(),
  };
}
