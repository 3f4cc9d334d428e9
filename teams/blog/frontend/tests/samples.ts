import type { ArticleItem, Profile, User } from "@/api/client";

export const user: User = { username: "writer", email: "writer@example.com", bio: null, image: null };

export const profile: Profile = { username: "author", bio: null, image: null, following: false };

export function article(values: Partial<ArticleItem> = {}): ArticleItem {
  return {
    slug: "a-story",
    title: "A story",
    description: "Told in short",
    tagList: [],
    createdAt: "2026-11-01T10:00:00.000Z",
    updatedAt: "2026-11-01T10:00:00.000Z",
    favorited: false,
    favoritesCount: 2,
    cover: null,
    author: profile,
    ...values,
  };
}
