import { createApi } from "@course/web/api";
import { createSession } from "@course/web/session";
import type { components, paths } from "@/api/schema";

type Schemas = components["schemas"];

export type Article = Schemas["ArticleReply.Article"];
export type ArticleItem = Schemas["ArticlesReply.ArticleItem"];
export type OwnArticleItem = Schemas["OwnArticlesReply.OwnArticleItem"];
export type Comment = Schemas["CommentsReply.Comment"];
export type Cover = Schemas["ArticleReply.Cover"];
export type Profile = Schemas["ProfileReply.Profile"];
export type User = Omit<Schemas["UserReply.User"], "token">;

// Asks for new tokens, so it must not wait for any.
const anonymous = createApi<paths>({});

/** Who is signed in, in all tabs. Storage keys and scheme are those of the RealWorld specification. */
export const session = createSession<User>({
  scheme: "Token",
  keys: { access: "jwtToken", refresh: "refreshToken", user: "user" },
  async refresh(refreshToken) {
    const { user } = await anonymous.post("/api/users/refresh", { body: { refreshToken } });
    return { access: user.token, refresh: user.refreshToken };
  },
  async revoke(refreshToken) {
    await anonymous.post("/api/users/logout", { body: { refreshToken } });
  },
});

/** The one way to the blog's API: typed by its document, signed in when the session is, throws ApiError. */
export const api = createApi<paths>({ session });
