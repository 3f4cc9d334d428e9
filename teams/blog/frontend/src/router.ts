import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { askEarly } from "@/features/articles/asking";
import HomePage from "@/features/home/HomePage.vue";
import { scroll } from "@/features/navigation/scroll";
import { guard } from "@/features/session/guard";

const loadArticlePage = () => import("@/features/articles/ArticlePage.vue");

// A draft gets its address, or another one, while somebody types: the page stays what it is.
const editorKey = () => "editor";

/** Every page but the first is a chunk of its own: a reader does not load the editor. `signedIn` pages send others to /login. */
export const routes: RouteRecordRaw[] = [
  {
    path: "/",
    name: "home",
    component: HomePage,
    meta: { signedIn: (to) => to.query.feed === "following" },
  },
  { path: "/tag/:tag", name: "tag", component: HomePage },
  { path: "/login", name: "login", component: () => import("@/features/session/LoginPage.vue") },
  { path: "/register", name: "register", component: () => import("@/features/session/RegisterPage.vue") },
  {
    path: "/settings",
    name: "settings",
    component: () => import("@/features/settings/SettingsPage.vue"),
    meta: { signedIn: true },
  },
  { path: "/profile/:username", name: "profile", component: () => import("@/features/profile/ProfilePage.vue") },
  {
    path: "/profile/:username/favorites",
    name: "favorites",
    component: () => import("@/features/profile/ProfilePage.vue"),
  },
  {
    path: "/article/:slug",
    component: loadArticlePage,
    props: true,
    beforeEnter: (to) => askEarly(String(to.params.slug)),
    // Features do not import each other: the router brings the comments under the article.
    children: [{ path: "", name: "article", component: () => import("@/features/comments/CommentSection.vue") }],
  },
  {
    path: "/article/:slug/history",
    name: "history",
    component: () => import("@/features/revisions/HistoryPage.vue"),
    props: true,
    meta: { signedIn: true },
  },
  {
    path: "/editor",
    name: "write",
    component: () => import("@/features/editor/EditorPage.vue"),
    meta: { signedIn: true, key: editorKey },
  },
  {
    path: "/editor/:slug",
    name: "edit",
    component: () => import("@/features/editor/EditorPage.vue"),
    props: true,
    meta: { signedIn: true, key: editorKey },
  },
  {
    path: "/drafts",
    name: "drafts",
    component: () => import("@/features/editor/DraftsPage.vue"),
    meta: { signedIn: true },
  },
  { path: "/search", name: "search", component: () => import("@/features/search/SearchPage.vue") },
  { path: "/:path(.*)*", name: "missing", component: () => import("@/features/navigation/MissingPage.vue") },
];

export const router = createRouter({ history: createWebHistory(), routes, scrollBehavior: scroll });
router.beforeEach(guard);

/** Fetches the code of the article page while the reader still points at a link to it. */
export function prefetchArticlePage(): void {
  // Without network there is nothing to win yet; the click says what is wrong.
  loadArticlePage().catch(() => undefined);
}
