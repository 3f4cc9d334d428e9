import { createApp } from "vue";
import { startTheme } from "@course/web/theme";
import "@course/web/styles/tokens.css";
import "@course/web/styles/base.css";
import "@/styles/blog.css";
import App from "@/App.vue";
import { session } from "@/api/client";
import { authState, confirmAccount } from "@/features/session/account";
import { router } from "@/router";

startTheme();
void confirmAccount();

createApp(App).use(router).mount("#app");

// What the RealWorld specification's browser tests ask.
Object.assign(window, {
  __conduit_debug__: {
    getToken: () => localStorage.getItem("jwtToken"),
    getAuthState: () => authState.value,
    getCurrentUser: () => session.user,
  },
});
