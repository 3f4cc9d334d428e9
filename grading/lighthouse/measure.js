// Measures pages with Lighthouse in the browser that the order tells how to start: order on standard input, scores on standard output.
import { writeFileSync } from "node:fs";
import { json } from "node:stream/consumers";
import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const order = await json(process.stdin);
const browser = await puppeteer.launch({
  executablePath: order.executable,
  args: order.args,
  ignoreDefaultArgs: true,
  pipe: true,
});

/** One run in a context of its own, as a first visit: nothing is cached, and only what the order stores is stored. */
async function measure({ path, storage }, device) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.evaluateOnNewDocument((entries) => {
    for (const [name, value] of Object.entries(entries)) localStorage.setItem(name, value);
  }, storage);
  const flags = { disableStorageReset: true, logLevel: "error", onlyCategories: order.categories };
  const config = device === "desktop" ? desktopConfig : undefined;
  const { lhr } = await lighthouse(order.origin + path, flags, config, page);
  await context.close();
  return lhr;
}

const scores = [];
for (const page of order.pages) {
  for (const device of order.devices) {
    for (let run = 1; run <= order.runs; run += 1) {
      const result = await measure(page, device);
      writeFileSync(`${order.out}/${page.name}-${device}-${run}.json`, JSON.stringify(result));
      const of = Object.fromEntries(order.categories.map((name) => [name, Math.round(result.categories[name].score * 100)]));
      scores.push({ page: page.name, device, scores: of });
    }
  }
}
await browser.close();
process.stdout.write(JSON.stringify(scores));
