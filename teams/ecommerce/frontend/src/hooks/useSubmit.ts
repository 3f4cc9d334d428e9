import { useRef, useState, type FormEvent } from "react";
import { toApiError, type ApiError } from "@course/web/problem";

/** What a form sends: once at a time, however often its button is pressed; what is refused ends up in `error`. */
export function useSubmit(send: () => Promise<unknown>) {
  const [error, setError] = useState<ApiError | null>(null);
  const [pending, setPending] = useState(false);
  const isSending = useRef(false);

  async function submit(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    if (isSending.current) return;
    isSending.current = true;
    setPending(true);
    setError(null);
    try {
      await send();
    } catch (failure) {
      setError(toApiError(failure));
    } finally {
      isSending.current = false;
      setPending(false);
    }
  }

  return { error, pending, submit, setError };
}
