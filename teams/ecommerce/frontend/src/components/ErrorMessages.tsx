import type { ReactNode } from "react";
import type { ApiError } from "@course/web/problem";
import { explained, sentence } from "@/api/refusals";
import { useI18n } from "@/i18n";

/** Why a form was not taken: field by field where fields are wrong. `children` is a way on. */
export function ErrorMessages({ error, children }: { error: ApiError | null; children?: ReactNode }) {
  useI18n();
  // Always there: a screen reader announces only what changes in a region that it knows.
  return (
    <div role="alert">
      {error && (
        <ul className="error-messages">
          {lines(error).map((line) => (
            <li key={line}>{line}</li>
          ))}
          {children && <li>{children}</li>}
        </ul>
      )}
    </div>
  );
}

function lines(error: ApiError): string[] {
  const { fields } = explained(error);
  return error.status === 422 && fields.length ? fields.map(({ text }) => text) : [sentence(error)];
}
