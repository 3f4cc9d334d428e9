/** Does something when what is there by now is on the screen, in a task of its own: a phone answers in between. */
export function afterPaint(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then));
}
