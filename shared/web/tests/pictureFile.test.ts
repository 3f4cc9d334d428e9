import { expect, test } from "vitest";
import { isSameFile, refusalOf, sizeText } from "@course/web/pictureFile";

function file(bytes: number, type = "image/jpeg", name = "photo.jpg"): File {
  return new File([new Uint8Array(bytes)], name, { type, lastModified: 1 });
}

test("a picture that is too large is refused before it is sent", () => {
  expect(refusalOf(file(30_000_000))).toBe("TooLarge");
  expect(refusalOf(file(8_000_000))).toBeNull();
});

test("what is no picture is refused before it is sent", () => {
  expect(refusalOf(file(10, "application/pdf"))).toBe("NotImage");
  expect(refusalOf(file(10, "image/svg+xml"))).toBe("NotImage");
});

test("one file dropped twice is known again", () => {
  expect(isSameFile(file(10), file(10))).toBe(true);
  expect(isSameFile(file(10), file(11))).toBe(false);
  expect(isSameFile(null, file(10))).toBe(false);
});

test("sizes are said as people say them", () => {
  expect(sizeText(30_000_000, "en")).toBe("30 MB");
  expect(sizeText(8_240_000, "ko")).toBe("8.2MB");
});
