import { shallowRef } from "vue";

export interface Question {
  title: string;
  text: string;
  /** What the button that goes ahead says: a verb, such as "Delete". */
  action: string;
  danger?: boolean;
}

const asked = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null);

/** Asks before something that cannot be taken back: true for yes, false for no, Escape or another question. */
function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer(yes) {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}

/** `confirm` for who asks, `asked` for the one dialog that shows it. */
export function useConfirm() {
  return { confirm, asked };
}
