import { useEffect, useRef, useState } from "react";
import { useI18n } from "@/i18n";

const TICK_MS = 1_000;
// The beat cancels what has expired every few seconds.
const LOOK_AGAIN_MS = 10_000;

/** How long something is still kept; asks what became of it once the time is over. */
export function Countdown({ until, onOver }: { until: string; onOver(): void }) {
  const { t } = useI18n();
  const end = Date.parse(until);
  const [left, setLeft] = useState(() => end - Date.now());
  const over = useRef(onOver);
  useEffect(() => {
    over.current = onOver;
  });

  useEffect(() => {
    const timer = setInterval(() => setLeft(end - Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [end]);

  const isOver = left <= 0;
  useEffect(() => {
    if (!isOver) return;
    const timer = setInterval(() => over.current(), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isOver]);

  return (
    <p className="countdown" role="timer">
      {isOver ? t("orders:keptOver") : t("orders:kept", { time: minutes(left) })}
    </p>
  );
}

/** "14:05". */
export function minutes(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
