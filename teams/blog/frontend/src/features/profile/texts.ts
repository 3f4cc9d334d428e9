import { texts } from "@course/web/i18n";

export const profileTexts = texts({
  en: {
    lists: "Lists of articles",
    mine: "My Articles",
    theirs: "Articles",
    favorited: "Favorited Articles",
    editSettings: "Edit Profile Settings",
    noArticles: "No articles are here... yet.",
    noFavorites: "No favorites yet.",
    missingTitle: "Nobody goes by this name",
    missing: "There is no profile of {{name}}. Perhaps the name was changed.",
    about: "Articles by {{name}}",
  },
  ko: {
    lists: "글 목록",
    mine: "내가 쓴 글",
    theirs: "쓴 글",
    favorited: "좋아한 글",
    editSettings: "프로필 설정",
    noArticles: "아직 글이 없습니다.",
    noFavorites: "아직 좋아한 글이 없습니다.",
    missingTitle: "이 이름을 쓰는 사람이 없습니다",
    missing: "{{name}} 님의 프로필이 없습니다. 이름이 바뀌었을 수 있습니다.",
    about: "{{name}} 님의 글",
  },
});
