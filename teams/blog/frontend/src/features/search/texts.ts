import { texts } from "@course/web/i18n";

export const searchTexts = texts({
  en: {
    title: "Search",
    label: "Search articles",
    placeholder: "Search",
    clear: "Clear",
    prompt: "Type a word in English or Korean. Results appear as you type.",
    searching: "Searching",
    found_one: "{{count}} article for “{{query}}”",
    found_other: "{{count}} articles for “{{query}}”",
    nothing: "Nothing found for “{{query}}”. Fewer words find more.",
    shortcut: "Press / to search",
  },
  ko: {
    title: "검색",
    label: "글 검색",
    placeholder: "검색",
    clear: "지우기",
    prompt: "한국어나 영어 단어를 입력하세요. 입력하는 대로 결과가 나타납니다.",
    searching: "검색하는 중",
    found_other: "‘{{query}}’ 검색 결과 {{count}}건",
    nothing: "‘{{query}}’ 검색 결과가 없습니다. 단어를 줄이면 더 많이 찾을 수 있습니다.",
    shortcut: "/ 키를 누르면 검색할 수 있습니다",
  },
});
