import { existsSync, readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { createI18n } from "@course/web/i18n";
import { errorTexts, explain } from "@course/web/messages";
import { ApiError } from "@course/web/problem";

const BLOG = "../../teams/blog/backend/blog";
const HANGUL = /[가-힣]/;
const i18n = createI18n({ languages: ["en", "ko"], texts: { errors: errorTexts } });
const say = (facts: ConstructorParameters<typeof ApiError>[1]) => explain(new ApiError("", facts), i18n.t);

beforeEach(() => i18n.setLanguage("en"));

test("English fields speak as RealWorld's clients expect", () => {
  const fields = { email: ["has already been taken"], password: ["is too short (minimum is 8 characters)"] };

  expect(say({ status: 422, code: "invalid", fields }).fields).toEqual([
    { field: "email", text: "email has already been taken" },
    { field: "password", text: "password is too short (minimum is 8 characters)" },
  ]);
});

test("Korean fields are Korean, with their numbers", () => {
  i18n.setLanguage("ko");
  const fields = { password: ["is too short (minimum is 8 characters)"], title: ["can't be blank"] };

  expect(say({ status: 422, code: "invalid", fields }).fields.map(({ text }) => text)).toEqual([
    "비밀번호: 너무 짧습니다 (8자 이상)",
    "제목: 비워 둘 수 없습니다",
  ]);
});

// A fork of another team has no blog.
test.skipIf(!existsSync(BLOG))("whatever the blog may refuse has Korean words", () => {
  i18n.setLanguage("ko");
  const said = [
    ...readFileSync(`${BLOG}/errors.py`, "utf8").matchAll(/\["([^"]+)"\]/g),
    ...readFileSync(`${BLOG}/schemas.py`, "utf8").matchAll(/(?:PydanticCustomError\("\w+", |refusal=)f?"([^"]+)"/g),
    ...readFileSync(`${BLOG}/refusals.py`, "utf8").matchAll(/^ {4}"\w+": "([^"]+)"/gm),
  ].map(([, message = ""]) => message.replace(/\{\w+\}/, "8"));

  const untold = said.filter((message) => {
    const [line] = say({ status: 422, fields: { title: [message] } }).fields;
    return line?.text.includes(message);
  });

  expect(said.length).toBeGreaterThan(15);
  expect(untold).toEqual([]);
});

test("an unknown message and an unknown field are shown as they came", () => {
  i18n.setLanguage("ko");

  expect(say({ fields: { colour: ["is too loud"] } }).fields).toEqual([
    { field: "colour", text: "colour: is too loud" },
  ]);
});

test("an unknown code is said like its status", () => {
  expect(say({ status: 409, code: "has_open_children" }).title).toBe(errorTexts.en.title.conflict);
  expect(say({ status: 418, code: "teapot" }).title).toBe(errorTexts.en.title.failed);
});

test("who must wait is told how long", () => {
  expect(say({ status: 429, code: "too_many_requests", retryAfter: 1 }).detail).toBe("Try again in 1 second.");
  i18n.setLanguage("ko");
  expect(say({ status: 429, code: "too_many_requests", retryAfter: 7 }).detail).toBe("7초 후에 다시 시도해 주세요.");
});

test.each([
  ["offline", 0, true],
  ["timeout", 0, true],
  ["unavailable", 503, true],
  ["too_many_requests", 429, true],
  ["aborted", 0, false],
  ["not_found", 404, false],
  ["invalid", 422, false],
])("trying again helps with %s: %s, %s", (code, status, expected) => {
  expect(say({ code, status }).retry).toBe(expected);
});

test("every title has its detail, and every Korean text is Korean", () => {
  expect(Object.keys(errorTexts.en.detail)).toEqual(Object.keys(errorTexts.en.title));
  const { title, detail, field, rule } = errorTexts.ko;

  const foreign = [title, detail, field, rule]
    .flatMap((part) => Object.values(part))
    .filter((text) => !HANGUL.test(text));

  expect(foreign).toEqual([]);
});
