import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from "vue";
import { onOnline } from "@course/web/online";
import { type ApiError, toApiError } from "@course/web/problem";
import { type Article, api } from "@/api/client";
import { useSession } from "@/composables/useSession";
import { type ArticleText, DraftStore, type FoundDraft, isEmpty, sameText } from "@/features/editor/draftStore";
import { isSendable } from "@/features/editor/limits";
import { watchOtherTabs } from "@/features/editor/otherTabs";
import { createSaving } from "@/features/editor/saving";

/** What becomes of the article besides its text. `keep`: it stays as it is, a new one becomes a draft. */
export type Intent = "keep" | "draft" | "publish" | { publishAt: string };

/**
 * One article on the desk: its text, where that is safe, and what stands in the way.
 *
 * `start` is the article as the server has it, or null for a new one; `replacement` is an older text to begin with.
 */
export function useDesk(start: Article | null, replacement: ArticleText | null) {
  const { user, signedIn } = useSession();
  const username = user.value?.username ?? "";
  const store = new DraftStore(username);
  const article = shallowRef(start);
  const text = reactive<ArticleText>(textOf(start));
  const basedOn = ref(start?.updatedAt ?? null);
  const theirs = shallowRef<Article | null>(null);
  const isGone = ref(false);
  const isOpenElsewhere = ref(false);
  const found = ref(foundDrafts());
  let key = store.newKey(start?.slug ?? "");
  let intent: Intent = "keep";

  const isDraft = computed(() => article.value?.status === "draft");

  const saving = createSaving({
    keep,
    send,
    forget: () => store.forget(key),
    isAutomatic: () => isDraft.value && !theirs.value && signedIn.value && isSendable(text),
  });

  /** Drafts of this article that say something else than the server's text, the newest first. */
  function foundDrafts(): FoundDraft[] {
    const saved = textOf(start);
    return store.of(start?.slug ?? "").filter((draft) => {
      const isWorthless = isEmpty(draft.text) || sameText(draft.text, saved);
      if (isWorthless) store.forget(draft.key);
      return !isWorthless;
    });
  }

  function keep(): boolean {
    return store.keep(key, { text: copyOf(text), keptAt: Date.now(), basedOn: basedOn.value });
  }

  async function send(): Promise<void> {
    const wanted = intent;
    intent = "keep";
    try {
      const saved = article.value ? await change(article.value.slug, wanted) : await create(wanted);
      take(saved);
    } catch (failure) {
      await explainRefusal(toApiError(failure));
      throw failure;
    }
  }

  async function change(slug: string, wanted: Intent): Promise<Article> {
    const fields = { ...contents(), ...publication(wanted), basedOn: basedOn.value ?? undefined };
    const params = { path: { slug } };
    return (await api.put("/api/articles/{slug}", { params, body: { article: fields } })).article;
  }

  async function create(wanted: Intent): Promise<Article> {
    const fields = { ...contents(), ...publication(wanted === "keep" ? "draft" : wanted) };
    return (await api.post("/api/articles", { body: { article: fields } })).article;
  }

  function contents() {
    const { tags, ...rest } = copyOf(text);
    return { ...rest, tagList: tags };
  }

  function take(saved: Article): void {
    const before = article.value?.slug ?? "";
    article.value = saved;
    basedOn.value = saved.updatedAt;
    isGone.value = false;
    theirs.value = null;
    if (saved.slug !== before) moveKey(saved.slug);
  }

  /** The article has an address now, or another one: what is typed from here on is kept under it. */
  function moveKey(slug: string): void {
    const old = key;
    key = store.newKey(slug);
    keep();
    store.forget(old);
    greetOtherTabs();
  }

  async function explainRefusal(error: ApiError): Promise<void> {
    const slug = article.value?.slug;
    if (!slug) return;
    if (error.status === 404) {
      article.value = null;
      basedOn.value = null;
      isGone.value = true;
    }
    if (error.status === 409 && "article" in error.fields) {
      theirs.value = (await api.get("/api/articles/{slug}", { params: { path: { slug } } })).article;
    }
  }

  /** Save now, and do with the article what is wanted; true if the server has it. */
  function save(wanted: Intent): Promise<boolean> {
    intent = wanted;
    return saving.send();
  }

  function restore(draft: FoundDraft): void {
    Object.assign(text, draft.text);
    basedOn.value = draft.basedOn ?? basedOn.value;
    saving.keepNow();
    discard(draft);
  }

  function discard(draft: FoundDraft): void {
    store.forget(draft.key);
    found.value = found.value.filter((other) => other.key !== draft.key);
  }

  /** Their text; mine stays on this device, for the next time that the editor opens. */
  function takeTheirs(): void {
    const other = theirs.value;
    if (!other) return;
    saving.keepNow();
    key = store.newKey(other.slug);
    Object.assign(text, textOf(other));
    article.value = other;
    settle();
    saving.settled();
  }

  /** My text on top of theirs: the next save is a change of their text, and is not refused for that reason again. */
  function settle(): void {
    if (theirs.value) basedOn.value = theirs.value.updatedAt;
    theirs.value = null;
    saving.dismiss();
  }

  let goodbye = () => {};
  function greetOtherTabs(): void {
    goodbye();
    isOpenElsewhere.value = false;
    const slug = article.value?.slug;
    if (slug) goodbye = watchOtherTabs(`${username}:${slug}`, (isOpen) => (isOpenElsewhere.value = isOpen));
  }

  greetOtherTabs();
  watch(text, saving.changed, { flush: "sync" });
  if (replacement) Object.assign(text, replacement);
  watch(signedIn, (isIn) => isIn && saving.resume());
  const stopListening = onOnline((isOnline) => isOnline && saving.resume());
  onScopeDispose(() => {
    stopListening();
    saving.stop();
    goodbye();
  });

  return {
    article,
    text,
    saving,
    theirs,
    isGone,
    isDraft,
    isOpenElsewhere,
    found,
    save,
    restore,
    discard,
    takeTheirs,
    settle,
  };
}

export function textOf(article: Article | null): ArticleText {
  const { title = "", description = "", body = "", tagList = [] } = article ?? {};
  return { title, description, body, tags: [...tagList] };
}

function copyOf(text: ArticleText): ArticleText {
  return { ...text, tags: [...text.tags] };
}

function publication(wanted: Intent): { status?: "draft" | "published"; publishAt?: string | null } {
  if (wanted === "keep") return {};
  if (wanted === "publish") return { status: "published" };
  if (wanted === "draft") return { status: "draft", publishAt: null };
  return { status: "draft", publishAt: wanted.publishAt };
}
