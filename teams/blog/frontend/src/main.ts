import { createApp } from "vue";
import { startTheme } from "@course/web/theme";
import { reportErrors, reportVitals } from "@course/web/vitals";
import "@course/web/styles/tokens.css";
import "@course/web/styles/base.css";
import "@/styles/blog.css";
import App from "@/App.vue";
import { session } from "@/api/client";
import { authState, confirmAccount } from "@/features/session/account";
import { router } from "@/router";

// The template of the route, as in every other metric: never what somebody reads.
const page = (): string => router.currentRoute.value.matched.at(-1)?.path ?? "/";

reportVitals({ url: "/api/browser/vitals", page });
const report = reportErrors({ url: "/api/browser/errors", page });

startTheme();
void confirmAccount();

const app = createApp(App).use(router);
app.config.errorHandler = (error) => {
  console.error(error);
  report.vue(error);
};
// In a task of its own, after the one that read all the code: a phone answers in between.
setTimeout(() => app.mount("#app"));

// What the RealWorld specification's browser tests ask.
Object.assign(window, {
  __conduit_debug__: {
    getToken: () => localStorage.getItem("jwtToken"),
    getAuthState: () => authState.value,
    getCurrentUser: () => session.user,
  },
});
