// picture.mjs PAGE PICTURE takes the picture of a report that the README shows.

import { resolve } from "node:path";
import puppeteer from "puppeteer-core";

const [page, picture] = process.argv.slice(2);
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const tab = await browser.newPage();
  await tab.setViewport({ width: 760, height: 1000 });
  await tab.goto("file://" + resolve(page));
  // Only the beginning of the report, and the first chart.
  await tab.addStyleTag({ content: "nav, .period, .table, section > p:not(.answer) { display: none } section { margin-top: 1rem } body { padding-bottom: 1rem }" });
  const bottom = await tab.evaluate(() => document.querySelector("figure").getBoundingClientRect().bottom);
  await tab.screenshot({ path: picture, clip: { x: 0, y: 0, width: 760, height: Math.ceil(bottom) } });
} finally {
  await browser.close();
}
