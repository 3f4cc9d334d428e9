import { onScopeDispose, ref, shallowRef } from "vue";
import { openEvents } from "@course/web/events";
import { type ApiError, toApiError } from "@course/web/problem";
import { type Comment, api, session } from "@/api/client";
import { Thread } from "@/features/comments/thread";

type LiveState = "connecting" | "open" | "waiting" | "closed";

/**
 * The comments of an article as they come and go.
 *
 * The list is asked for once the stream stands, so that nothing falls between the two; and again whenever the
 * stream comes back, for there may have been nothing yet to resume from.
 */
export function useThread(slug: string, onArrival: (comment: Comment) => void) {
  const thread = new Thread();
  const comments = shallowRef<Comment[]>();
  const error = shallowRef<ApiError | null>(null);
  const live = ref<LiveState>("connecting");
  const ending = new AbortController();
  let heardMeanwhile = new Set<number>();

  function show(): void {
    comments.value = thread.comments;
  }

  async function load(): Promise<void> {
    const heard = (heardMeanwhile = new Set());
    try {
      const params = { path: { slug } };
      const reply = await api.get("/api/articles/{slug}/comments", { params, signal: ending.signal });
      thread.load(reply.comments, heard);
      error.value = null;
      show();
    } catch (failure) {
      if (!ending.signal.aborted) error.value = toApiError(failure);
    }
  }

  function add(comment: Comment): void {
    heardMeanwhile.add(comment.id);
    if (thread.add(comment) && comments.value) onArrival(comment);
    if (comments.value) show();
  }

  function remove(id: number): void {
    if (thread.remove(id)) show();
  }

  function changeState(state: LiveState): void {
    const isFirst = !comments.value && !error.value;
    live.value = state;
    if (state === "open" || (isFirst && state !== "connecting")) void load();
  }

  const stream = openEvents({
    url: `/api/articles/${encodeURIComponent(slug)}/comments/stream`,
    session,
    onState: changeState,
    onEvent({ type, data }) {
      if (type === "comment.created") add(data as Comment);
      if (type === "comment.deleted") remove((data as { id: number }).id);
      if (type === "reset") void load();
    },
  });
  onScopeDispose(() => {
    stream.close();
    ending.abort();
  });

  return { comments, error, live, load, add, remove };
}
