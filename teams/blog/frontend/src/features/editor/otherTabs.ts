/**
 * Say whether another tab of this browser has the same article in its editor, whenever that changes.
 *
 * The tabs greet each other: a new one says hello, those that are there answer, and a closing one says goodbye.
 * Returns the function that says goodbye.
 */
export function watchOtherTabs(topic: string, onChange: (isOpenElsewhere: boolean) => void): () => void {
  const channel = new BroadcastChannel(`editor:${topic}`);
  const me = crypto.randomUUID();
  const others = new Set<string>();

  channel.onmessage = ({ data }: MessageEvent<{ from: string; says: "hello" | "here" | "goodbye" }>) => {
    if (data.says === "goodbye") others.delete(data.from);
    else others.add(data.from);
    if (data.says === "hello") channel.postMessage({ from: me, says: "here" });
    onChange(others.size > 0);
  };
  channel.postMessage({ from: me, says: "hello" });

  function leave(): void {
    channel.postMessage({ from: me, says: "goodbye" });
    channel.close();
    removeEventListener("pagehide", leave);
  }
  addEventListener("pagehide", leave);
  return leave;
}
