import { texts } from "@course/web/i18n";

export const homeTexts = texts({
  en: {
    headline: "Notes on containers",
    lead: "What we build, break and measure, written down.",
    feeds: "Feeds",
    global: "Global Feed",
    yours: "Your Feed",
    popularTags: "Popular Tags",
    noTags: "No tags yet.",
    noArticles: "No articles are here... yet.",
    noFeed: "Your feed is empty. Follow an author to fill it.",
    tagged: "Articles about {{tag}}",
  },
  ko: {
    headline: "컨테이너 노트",
    lead: "만들고, 부수고, 재어 본 것을 적습니다.",
    feeds: "피드",
    global: "전체 글",
    yours: "내 피드",
    popularTags: "인기 태그",
    noTags: "아직 태그가 없습니다.",
    noArticles: "아직 글이 없습니다.",
    noFeed: "피드가 비어 있습니다. 글쓴이를 팔로우해 보세요.",
    tagged: "{{tag}} 글 모음",
  },
});
