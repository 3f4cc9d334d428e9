import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { openEvents, type ServerEvent } from "@course/web/events";
import { session } from "@/api/client";

interface Options {
  /** Null as long as there is nothing to listen to. */
  url: string | null;
  /** The answer that the stream's events change. */
  of: QueryKey;
  onEvent(event: ServerEvent): void;
  /** Whether the stream is asked for by who is signed in. */
  signedIn?: boolean;
}

/** Listens while the page is open; true while the connection stands. */
export function useEvents({ url, of, onEvent, signedIn = false }: Options): boolean {
  const queries = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const current = useRef({ of, onEvent });
  useEffect(() => {
    current.current = { of, onEvent };
  });

  useEffect(() => {
    if (url === null) return;
    const answer = () => ({ queryKey: current.current.of, exact: true });
    const stream = openEvents({
      url,
      session: signedIn ? session : undefined,
      onEvent(event) {
        current.current.onEvent(event);
        // An answer on its way may be older than the event.
        if (queries.isFetching(answer())) void queries.invalidateQueries(answer());
      },
      onState(state) {
        setIsOpen(state === "open");
        // What happened before nobody tells: not to a page that was not connected, and not by an API that was killed
        // after it had stored it.
        if (state === "open") void queries.invalidateQueries(answer());
      },
    });
    return () => {
      stream.close();
      setIsOpen(false);
    };
  }, [url, signedIn, queries]);

  return isOpen;
}

/** How often the page asks besides: an API that was killed tells nobody, and the streams of the others stand. */
export const ASK_AGAIN_MS = 60_000;
