import { ApiError } from "@course/web/problem";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type EffectScope, effectScope } from "vue";
import { type Article, api } from "@/api/client";
import { useCover } from "@/features/editor/useCover";

const { upload } = vi.hoisted(() => ({ upload: vi.fn() }));
vi.mock("@course/web/upload", () => ({ upload }));

let scope: EffectScope;
beforeEach(() => {
  scope = effectScope();
  upload.mockReset();
});
afterEach(() => scope.stop());

function setUp(article: Article | null = { slug: "a", cover: null } as Article) {
  return scope.run(() => useCover(() => article))!;
}

function photo(bytes = 10, name = "photo.jpg"): File {
  return new File([new Uint8Array(bytes)], name, { type: "image/jpeg", lastModified: 1 });
}

const reply = { cover: { status: "ready", alt: "", images: [], reason: null } };

test("a file dropped twice is one upload", async () => {
  upload.mockResolvedValue(reply);
  const cover = setUp();

  cover.choose(photo());
  cover.choose(photo());
  await Promise.all([cover.upload(), cover.upload()]);
  cover.choose(photo());
  await cover.upload();

  expect(upload).toHaveBeenCalledTimes(1);
});

test("a photo that is too large is explained and not sent, and the one before it stays", async () => {
  const cover = setUp();
  const first = photo();
  cover.choose(first);

  cover.choose(photo(30_000_000, "huge.jpg"));

  expect(cover.refused.value?.why).toBe("TooLarge");
  expect(cover.file.value).toBe(first);
});

test("a picture waits for a new article to have an address", async () => {
  const cover = setUp(null);
  cover.choose(photo());

  await expect(cover.upload()).resolves.toBe(false);

  expect(upload).not.toHaveBeenCalled();
  expect(cover.file.value).not.toBeNull();
});

test("the description goes along with the picture", async () => {
  upload.mockResolvedValue(reply);
  const cover = setUp();
  cover.choose(photo());
  cover.alt.value = " 항구 ";

  await cover.upload();

  const [{ form }] = upload.mock.lastCall as [{ form: FormData }];
  expect([form.get("alt"), (form.get("file") as File).name]).toEqual(["항구", "photo.jpg"]);
});

test("a description alone is changed without sending the picture again", async () => {
  const patch = vi.spyOn(api, "patch").mockResolvedValue({ cover: { ...reply.cover, alt: "항구" } } as never);
  const cover = setUp({ slug: "a", cover: { ...reply.cover, alt: "port" } } as unknown as Article);
  expect(cover.isAltChanged.value).toBe(false);
  cover.alt.value = " 항구 ";

  await expect(cover.upload()).resolves.toBe(true);

  const sent = { params: { path: { slug: "a" } }, body: { cover: { alt: "항구" } } };
  expect(patch).toHaveBeenCalledWith("/api/articles/{slug}/cover", sent);
  expect(upload).not.toHaveBeenCalled();
  expect(cover.isAltChanged.value).toBe(false);
});

test("after a refusal or a stop the picture can be sent again", async () => {
  upload.mockRejectedValueOnce(new ApiError("too large", { status: 413 })).mockResolvedValue(reply);
  const cover = setUp();
  cover.choose(photo());

  await expect(cover.upload()).resolves.toBe(false);
  expect(cover.error.value?.status).toBe(413);

  await expect(cover.upload()).resolves.toBe(true);
  expect(cover.error.value).toBeNull();
});

test("stopping stops the request", async () => {
  upload.mockImplementation(({ signal }: { signal: AbortSignal }) => {
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(new ApiError("", { code: "aborted" }))),
    );
  });
  const cover = setUp();
  cover.choose(photo());
  const sent = cover.upload();

  cover.stop();

  await expect(sent).resolves.toBe(false);
  expect(cover.progress.value).toBeNull();
});
