import { SIGNS, type SignName } from "@course/web/signs";

export function IconSign({ name }: { name: SignName }) {
  return (
    <svg
      className={`sign sign-${name}`}
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={SIGNS[name]} />
    </svg>
  );
}
