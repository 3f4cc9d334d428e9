/** What an ApiError means to a reader, in both languages. */

import { texts, type Keys } from "./i18n";
import { codeOf, type ApiError } from "./problem";

/** To be given to `createI18n` under the name `errors`. */
export const errorTexts = texts({
  en: {
    title: {
      offline: "You are offline.",
      timeout: "This takes too long.",
      unreachable: "The server cannot be reached.",
      aborted: "Cancelled.",
      unreadable: "The answer cannot be read.",
      unauthenticated: "Please sign in.",
      wrong_credentials: "Email and password do not match.",
      forbidden: "You may not do this.",
      not_found: "There is nothing here.",
      conflict: "This contradicts what is already there.",
      content_too_large: "This is too large.",
      invalid: "Something is not right yet.",
      too_many_requests: "That was a bit much.",
      unavailable: "The service is not available right now.",
      not_an_image: "This is not a picture.",
      damaged_image: "The picture is damaged.",
      image_too_large: "The picture is too large.",
      too_many_pixels: "The picture has too many pixels.",
      polyglot_image: "The file holds more than a picture.",
      failed: "Something went wrong.",
    },
    detail: {
      offline: "What you typed is still here. Try again when you are back online.",
      timeout: "The server is slow at the moment. Try again in a while.",
      unreachable: "Check your connection, or try again in a while.",
      aborted: "Nothing was changed.",
      unreadable: "Something between here and the server answered in its place. Try again in a while.",
      unauthenticated: "Your session has ended, or you have not signed in yet.",
      wrong_credentials: "Check both and try again.",
      forbidden: "It belongs to somebody else.",
      not_found: "It was deleted, or the address is not right.",
      conflict: "Somebody may have changed it meanwhile.",
      content_too_large: "Choose a smaller file or write a shorter text.",
      invalid: "Check what you entered.",
      too_many_requests: "Wait a moment, then try again.",
      unavailable: "Try again in a while.",
      not_an_image: "Choose a JPEG, PNG or WebP file.",
      damaged_image: "Choose another one, or save it anew.",
      image_too_large: "Choose a smaller file.",
      too_many_pixels: "Make it smaller and try again.",
      polyglot_image: "Save the picture anew and try again.",
      failed: "It is not your fault. Try again in a while.",
    },
    wait_one: "Try again in {{count}} second.",
    wait_other: "Try again in {{count}} seconds.",
    /** RealWorld's own form: "email can't be blank". */
    line: "{{field}} {{text}}",
    field: {
      username: "username",
      email: "email",
      password: "password",
      bio: "bio",
      image: "image",
      title: "title",
      description: "description",
      body: "body",
      tagList: "tags",
      publishAt: "publication time",
      article: "article",
      comment: "comment",
      profile: "profile",
      credentials: "credentials",
      token: "token",
      file: "file",
      alt: "description of the picture",
      q: "search",
    },
    rule: {
      blank: "can't be blank",
      short: "is too short (minimum is {{number}} characters)",
      long: "is too long (maximum is {{number}} characters)",
      items: "may hold at most {{number}}",
      taken: "has already been taken",
      invalid: "is invalid",
      credentials: "invalid",
      changed: "was changed meanwhile",
      notFound: "not found",
      forbidden: "forbidden",
      missing: "is missing",
      slash: "must not contain a slash",
      nul: "must not contain a NUL character",
      far: "is more than ten years away",
      published: "is in the future, but the article is already published",
      notNumber: "is not a number",
      tooLarge: "is too large",
      notText: "must be a text",
      notList: "must be a list",
      notObject: "must be an object",
      notJson: "is not valid JSON",
    },
  },
  ko: {
    title: {
      offline: "인터넷에 연결되어 있지 않습니다.",
      timeout: "응답이 너무 늦습니다.",
      unreachable: "서버에 연결할 수 없습니다.",
      aborted: "취소했습니다.",
      unreadable: "응답을 읽을 수 없습니다.",
      unauthenticated: "로그인해 주세요.",
      wrong_credentials: "이메일과 비밀번호가 맞지 않습니다.",
      forbidden: "권한이 없습니다.",
      not_found: "찾을 수 없습니다.",
      conflict: "이미 있는 내용과 충돌합니다.",
      content_too_large: "너무 큽니다.",
      invalid: "입력한 내용을 확인해 주세요.",
      too_many_requests: "요청이 너무 많습니다.",
      unavailable: "지금은 서비스를 이용할 수 없습니다.",
      not_an_image: "사진 파일이 아닙니다.",
      damaged_image: "사진 파일이 손상되었습니다.",
      image_too_large: "사진이 너무 큽니다.",
      too_many_pixels: "사진의 픽셀이 너무 많습니다.",
      polyglot_image: "파일에 사진이 아닌 것이 들어 있습니다.",
      failed: "문제가 생겼습니다.",
    },
    detail: {
      offline: "입력한 내용은 그대로 남아 있습니다. 다시 연결되면 시도해 주세요.",
      timeout: "지금 서버가 느립니다. 잠시 후 다시 시도해 주세요.",
      unreachable: "연결을 확인하거나 잠시 후 다시 시도해 주세요.",
      aborted: "바뀐 것은 없습니다.",
      unreadable: "서버가 아닌 다른 곳에서 응답했습니다. 잠시 후 다시 시도해 주세요.",
      unauthenticated: "로그인하지 않았거나 로그인 시간이 끝났습니다.",
      wrong_credentials: "둘 다 확인하고 다시 시도해 주세요.",
      forbidden: "다른 사람의 것입니다.",
      not_found: "삭제되었거나 주소가 올바르지 않습니다.",
      conflict: "그사이 다른 사람이 바꾸었을 수 있습니다.",
      content_too_large: "더 작은 파일을 고르거나 글을 줄여 주세요.",
      invalid: "표시된 항목을 고쳐 주세요.",
      too_many_requests: "잠시 기다렸다가 다시 시도해 주세요.",
      unavailable: "잠시 후 다시 시도해 주세요.",
      not_an_image: "JPEG, PNG, WebP 파일을 골라 주세요.",
      damaged_image: "다른 사진을 고르거나 다시 저장해 주세요.",
      image_too_large: "더 작은 파일을 골라 주세요.",
      too_many_pixels: "크기를 줄여서 다시 시도해 주세요.",
      polyglot_image: "사진을 다시 저장하고 시도해 주세요.",
      failed: "사용자의 잘못이 아닙니다. 잠시 후 다시 시도해 주세요.",
    },
    wait_other: "{{count}}초 후에 다시 시도해 주세요.",
    line: "{{field}}: {{text}}",
    field: {
      username: "사용자 이름",
      email: "이메일",
      password: "비밀번호",
      bio: "소개",
      image: "프로필 사진",
      title: "제목",
      description: "요약",
      body: "본문",
      tagList: "태그",
      publishAt: "발행 시각",
      article: "글",
      comment: "댓글",
      profile: "프로필",
      credentials: "이메일과 비밀번호",
      token: "로그인 정보",
      file: "파일",
      alt: "사진 설명",
      q: "검색어",
    },
    rule: {
      blank: "비워 둘 수 없습니다",
      short: "너무 짧습니다 ({{number}}자 이상)",
      long: "너무 깁니다 ({{number}}자 이하)",
      items: "{{number}}개까지 넣을 수 있습니다",
      taken: "이미 사용 중입니다",
      invalid: "형식이 올바르지 않습니다",
      credentials: "맞지 않습니다",
      changed: "그사이 내용이 바뀌었습니다",
      notFound: "찾을 수 없습니다",
      forbidden: "권한이 없습니다",
      missing: "빠졌습니다",
      slash: "빗금(/)을 넣을 수 없습니다",
      nul: "NUL 문자를 넣을 수 없습니다",
      far: "10년보다 더 먼 날짜입니다",
      published: "이미 발행한 글은 예약할 수 없습니다",
      notNumber: "숫자가 아닙니다",
      tooLarge: "너무 큽니다",
      notText: "글자로 입력해야 합니다",
      notList: "목록이어야 합니다",
      notObject: "객체여야 합니다",
      notJson: "올바른 JSON이 아닙니다",
    },
  },
});

type ErrorKey = `errors:${Keys<(typeof errorTexts)["en"]>}`;
type Title = keyof (typeof errorTexts)["en"]["title"];
type Field = keyof (typeof errorTexts)["en"]["field"];
type Rule = keyof (typeof errorTexts)["en"]["rule"];

/** `text` names the field and can stand alone; `field` is the server's name, to put the text beside its input. */
export interface Explanation {
  title: string;
  detail: string;
  fields: { field: string; text: string }[];
  /** Whether the same request may succeed later. */
  retry: boolean;
}

// The server speaks English. What is in none of these is shown as it came: better in English than not at all.
const RULES: [RegExp, Rule][] = [
  [/^can't be blank$/, "blank"],
  [/^is too short \(minimum is (?<number>\d+) characters\)$/, "short"],
  [/^is too long \(maximum is (?<number>\d+) characters\)$/, "long"],
  [/^List should have at most (?<number>\d+) items/, "items"],
  [/^has already been taken$/, "taken"],
  [/^is invalid$/, "invalid"],
  [/^invalid$/, "credentials"],
  [/^was changed meanwhile$/, "changed"],
  [/^not found$/, "notFound"],
  [/^forbidden$/, "forbidden"],
  [/^is missing$/, "missing"],
  [/^must not contain a slash$/, "slash"],
  [/^must not contain a NUL character$/, "nul"],
  [/^is more than ten years away$/, "far"],
  [/^is in the future, but the article is already published$/, "published"],
  [/^is not a number$/, "notNumber"],
  [/^is too large$/, "tooLarge"],
  [/^must be a text$/, "notText"],
  [/^must be a list$/, "notList"],
  [/^must be an object$/, "notObject"],
  [/^is not valid JSON$/, "notJson"],
];
const PASSING = new Set(["offline", "timeout", "unreachable", "unreadable", "too_many_requests"]);

/** Says an error in the reader's language; `t` is that of `createI18n`. */
export function explain(error: ApiError, t: (key: ErrorKey, values?: Record<string, unknown>) => string): Explanation {
  const code = titleOf(error);
  const wait = error.retryAfter !== null && error.retryAfter > 0;
  return {
    title: t(`errors:title.${code}`),
    detail: wait ? t("errors:wait", { count: error.retryAfter }) : t(`errors:detail.${code}`),
    fields: Object.entries(error.fields).flatMap(([field, messages]) =>
      messages.map((message) => ({ field, text: line(field, message) })),
    ),
    retry: PASSING.has(error.code) || error.status >= 500,
  };

  function line(field: string, message: string): string {
    const name = field in errorTexts.en.field ? t(`errors:field.${field as Field}`) : field;
    return t("errors:line", { field: name, text: said(message) });
  }

  function said(message: string): string {
    for (const [pattern, rule] of RULES) {
      const found = pattern.exec(message);
      if (found) return t(`errors:rule.${rule}`, { ...found.groups });
    }
    return message;
  }
}

/** A code that a team made for itself is said like its status. */
function titleOf({ code, status }: ApiError): Title {
  const known = code in errorTexts.en.title ? code : codeOf(status);
  return known as Title;
}
