import { expect, test } from "vitest";
import { stretches } from "@/features/search/marks";

test("finds are told from the text around them", () => {
  expect(stretches("<mark>도커</mark>는 <mark>이미지</mark>")).toEqual([
    { text: "도커", isFound: true },
    { text: "는 ", isFound: false },
    { text: "이미지", isFound: true },
  ]);
});

test("what an author wrote stays text", () => {
  expect(stretches("&lt;mark&gt;&lt;img src=x&gt; &amp;amp; &#x27;a&#x27;")).toEqual([
    { text: "<mark><img src=x> &amp; 'a'", isFound: false },
  ]);
});
