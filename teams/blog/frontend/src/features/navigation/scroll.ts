import type { RouterScrollBehavior } from "vue-router";

const PATIENCE_MS = 2_000;

/** Where a page begins: at its top, at what the address names, or, on the way back, where the reader was. */
export const scroll: RouterScrollBehavior = async (to, from, saved) => {
  if (to.hash) return { el: to.hash };
  // The very first page is at its top already, and to be told so it would have to be laid out once more.
  if (!saved) return from.matched.length > 0 && { top: 0 };
  await tallEnough(saved.top);
  return saved;
};

/** Resolves once the page, whose content is still loading, reaches down to `top`; at the latest after two seconds. */
function tallEnough(top: number): Promise<void> {
  return new Promise((resolve) => {
    const observer = new ResizeObserver(() => {
      if (document.documentElement.scrollHeight >= top + innerHeight) done();
    });
    const timer = setTimeout(done, PATIENCE_MS);

    function done(): void {
      observer.disconnect();
      clearTimeout(timer);
      resolve();
    }

    observer.observe(document.body);
  });
}
