import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";
import { startTheme } from "@course/web/theme";
import { reportErrors, reportVitals } from "@course/web/vitals";
import "@course/web/styles/tokens.css";
import "@course/web/styles/base.css";
import "@/styles/shop.css";
import { queries } from "@/api/queries";
import { account } from "@/features/session/account";
import { router, template } from "@/router";

// The template of the route, as in every other metric: never what somebody reads.
reportVitals({ url: "/api/browser/vitals", page: template });
const report = reportErrors({ url: "/api/browser/errors", page: template });

startTheme();
void account.confirm();

const caught = (error: unknown): void => {
  console.error(error);
  report.react(error);
};
const root = document.getElementById("app");
if (!root) throw new Error("index.html has no #app.");
const page = createRoot(root, { onCaughtError: caught, onUncaughtError: caught });
// A transition is made in slices: a phone answers in between.
startTransition(() =>
  page.render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  ),
);
