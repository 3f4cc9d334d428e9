import { useEffect, useRef, useState } from "react";
import { openEvents, type ServerEvent } from "@course/web/events";
import { session } from "@/api/client";

interface Options {
  /** Null as long as there is nothing to listen to. */
  url: string | null;
  onEvent(event: ServerEvent): void;
  /** Whether the stream is asked for by who is signed in. */
  signedIn?: boolean;
}

/** Listens while the page is open; true while the connection stands. */
export function useEvents({ url, onEvent, signedIn = false }: Options): boolean {
  const [isOpen, setIsOpen] = useState(false);
  const listener = useRef(onEvent);
  useEffect(() => {
    listener.current = onEvent;
  });

  useEffect(() => {
    if (url === null) return;
    const stream = openEvents({
      url,
      session: signedIn ? session : undefined,
      onEvent: (event) => listener.current(event),
      onState: (state) => setIsOpen(state === "open"),
    });
    return () => {
      stream.close();
      setIsOpen(false);
    };
  }, [url, signedIn]);

  return isOpen;
}
