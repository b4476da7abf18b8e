// check-pages.mjs FOLDER... checks all pages of the reports in the folders; a page can be named too.
// check-pages.mjs --self-test PAGE breaks a good page in each way that a check should find.
//
// Each ends with "N passed, N failed", and with status 1 if one failed.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, basename, join, resolve } from "node:path";
import puppeteer from "puppeteer-core";
import { nu } from "./nu.mjs";
import { checkPage } from "./page-checks.mjs";

async function checkFolders(folders) {
  const files = folders.flatMap((folder) =>
    folder.endsWith(".html")
      ? [resolve(folder)]
      : readdirSync(folder, { recursive: true })
          .filter((name) => name.endsWith(".html"))
          .sort()
          .map((name) => resolve(folder, name)),
  );
  if (files.length === 0) throw new Error(`there is no page in ${folders.join(" and ")}`);
  const found = nu(files);
  let failed = 0;
  for (const file of files) {
    const sentences = [...found.get(file), ...(await checkPage(browser, file))];
    for (const sentence of sentences) console.log(`${file}: ${sentence}`);
    if (sentences.length > 0) failed++;
  }
  return close(files.length - failed, failed);
}

// breaks are changes of a good page, each with what has to be said of it.
const breaks = [
  ["a tag that was never opened", (html) => html.replace("</main>", "</em></main>"), /Nu checker: Stray end tag/],
  ["an id twice", (html) => html.replace("<h1>", '<h1 id="main">'), /Nu checker: Duplicate ID/],
  ["no language", (html) => html.replace(/<html lang="[^"]*"/, "<html"), /axe: html-has-lang/],
  ["grey text", (html) => html.replace("</style>", "p { color: #999 !important }</style>"), /axe: color-contrast/],
  ["a drawing without words", (html) => html.replace("</main>", '<svg role="img" width="9" height="9"></svg></main>'), /axe: svg-img-alt/],
  ["no main heading", (html) => html.replace("<h1>", "<h4>").replace("</h1>", "</h4>"), /axe: page-has-heading-one/],
  ["a table that the keyboard cannot scroll", (html) => html.replaceAll(' tabindex="0"', "").replace("</style>", "td a, th a { display: none } table { width: 3000px }</style>"), /axe: scrollable-region-focusable/],
  ["a picture from elsewhere", (html) => html.replace("</main>", '<img src="https://example.org/a.png" alt="a"></main>'), /asks for https:\/\/example.org/],
  ["a script", (html) => html.replace("</main>", "<script></script></main>"), /has a script/],
  ["a handler", (html) => html.replace("<h1>", '<h1 onclick="">'), /has a script/],
  ["too wide a line", (html) => html.replace("</main>", '<p style="width: 900px">wide</p></main>'), /the page is \d+ px wide/],
  ["no outline", (html) => html.replace("</style>", "* { outline: none !important }</style>"), /focus is not seen/],
  ["a link into nothing", (html) => html.replace("</main>", '<p><a href="#nowhere">there</a></p></main>'), /#nowhere leads nowhere/],
  ["a file that is not there", (html) => html.replace("</main>", '<p><a href="tables/no.csv">there</a></p></main>'), /tables\/no.csv leads nowhere/],
  ["print without tables", (html) => html.replace("</style>", "@media print { tr { display: none } }</style>"), /print leaves out/],
];

async function selfTest(page) {
  // The copy stands beside the same files, so that only the break is wrong.
  const folder = mkdtempSync(join(tmpdir(), "report-check-"));
  let passed = 0;
  try {
    cpSync(dirname(page), folder, { recursive: true });
    const html = readFileSync(page, "utf8");
    const files = breaks.map(([, change], i) => {
      const broken = change(html);
      if (broken === html) throw new Error(`${breaks[i][0]}: the page has nothing to break`);
      const file = join(folder, `broken-${i}-${basename(page)}`);
      writeFileSync(file, broken);
      return file;
    });
    const found = nu(files);
    for (const [i, [name, , want]] of breaks.entries()) {
      const sentences = [...found.get(files[i]), ...(await checkPage(browser, files[i]))];
      if (sentences.some((s) => want.test(s))) passed++;
      else console.log(`${name} was not found; only: ${sentences.join("; ") || "nothing"}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return close(passed, breaks.length - passed);
}

function close(passed, failed) {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"], // In a container, as root, Chromium has no sandbox.
});
let ok = false;
try {
  const [first, ...rest] = process.argv.slice(2);
  ok = first === "--self-test" ? await selfTest(resolve(rest[0])) : await checkFolders([first, ...rest]);
} finally {
  await browser.close();
}
process.exit(ok ? 0 : 1);
