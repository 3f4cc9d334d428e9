import { useSyncExternalStore } from "react";
import { Listeners } from "@course/web/listeners";

export interface Question {
  title: string;
  text: string;
  /** What the button that goes ahead says: a verb, such as "Cancel the order". */
  action: string;
  danger?: boolean;
}

type Asked = Question & { answer(yes: boolean): void };

const listeners = new Listeners<[]>();
let asked: Asked | null = null;

function set(question: Asked | null): void {
  asked = question;
  listeners.tell();
}

/** Asks before something that cannot be taken back: true for yes, false for no, Escape or another question. */
export function confirm(question: Question): Promise<boolean> {
  asked?.answer(false);
  return new Promise((resolve) => {
    set({
      ...question,
      answer(yes) {
        set(null);
        resolve(yes);
      },
    });
  });
}

/** The open question, for the one dialog that shows it. */
export function useQuestion(): Asked | null {
  return useSyncExternalStore(
    (listener) => listeners.add(listener),
    () => asked,
  );
}
