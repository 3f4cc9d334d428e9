/** Who wants to know: a set of functions, each of which can be taken out again. */
export class Listeners<Arguments extends unknown[]> {
  private readonly all = new Set<(...told: Arguments) => void>();

  /** Adds a listener and gives the function that takes it out. */
  add(listener: (...told: Arguments) => void): () => void {
    this.all.add(listener);
    return () => void this.all.delete(listener);
  }

  tell(...told: Arguments): void {
    for (const listener of new Set(this.all)) listener(...told);
  }
}
