// What a page of a report has to keep, looked at in a browser: each function gives the sentences that say what is
// wrong, and none if all is well.

import { readFileSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// The rules of WCAG 2.2 up to AA, and axe's own on headings and landmarks.
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const widths = [320, 1280];

// checkPage opens the file at each width and once more for print.
export async function checkPage(browser, file) {
  const page = await browser.newPage();
  try {
    const requests = await watchRequests(page, file);
    const found = [];
    for (const width of widths) {
      await page.setViewport({ width, height: 900 });
      await page.goto("file://" + file);
      const at = (sentences) => found.push(...sentences.map((s) => `${s} (at ${width} px)`));
      at(await withAxe(page));
      at(await sideways(page));
      at(await focusIsSeen(page));
    }
    found.push(...(await scripts(page)), ...(await links(page, file)), ...(await prints(page)));
    found.push(...requests);
    return found;
  } finally {
    await page.close();
  }
}

// watchRequests lets nothing through but the page itself, and lists what else was asked for.
async function watchRequests(page, file) {
  const asked = [];
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol === "file:" && fileURLToPath(url.origin === "null" ? "file://" + url.pathname : url) === file) {
      request.continue();
      return;
    }
    const sentence = `it asks for ${request.url()}`;
    if (!asked.includes(sentence)) asked.push(sentence);
    request.abort();
  });
  return asked;
}

async function withAxe(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values } }), tags);
  return violations.map((v) => `axe: ${v.id}: ${v.help}: ${v.nodes.length} times, first ${v.nodes[0].html.slice(0, 160)}`);
}

// sideways finds what makes the whole page scroll to the side. Tables may, within their own region.
async function sideways(page) {
  const [wide, width] = await page.evaluate(() => [document.scrollingElement.scrollWidth, document.documentElement.clientWidth]);
  return wide > width ? [`the page is ${wide} px wide on a screen of ${width} px`] : [];
}

// focusIsSeen goes through the first places that the keyboard reaches and looks for an outline.
async function focusIsSeen(page) {
  const found = [];
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    const unseen = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === document.body) return "";
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.right > 0;
      return isSeen ? "" : e.outerHTML.slice(0, 120);
    });
    if (unseen) found.push(`the focus is not seen on ${unseen}`);
  }
  return found;
}

async function scripts(page) {
  const active = await page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((e) => e.localName === "script" || [...e.attributes].some((a) => a.name.startsWith("on") || /^\s*javascript:/i.test(a.value)))
      .map((e) => e.outerHTML.slice(0, 120)),
  );
  return active.map((html) => `it has a script: ${html}`);
}

// links finds links to places of the page, or to files beside it, that are not there.
async function links(page, file) {
  const dead = await page.evaluate(() =>
    [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute("href")).filter((h) => !document.getElementById(decodeURIComponent(h.slice(1)))),
  );
  const beside = await page.evaluate(() =>
    [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")).filter((h) => !/^([a-z][a-z0-9+.-]*:|#)/i.test(h)),
  );
  const missing = beside.filter((h) => !existsSync(resolve(dirname(file), decodeURIComponent(h.split("#")[0]))));
  return [...new Set([...dead, ...missing])].map((h) => `its link to ${h} leads nowhere`);
}

// prints makes a PDF and sees that each heading and row of a table is in what is printed.
async function prints(page) {
  await page.emulateMediaType("print");
  const hidden = await page.evaluate(() =>
    [...document.querySelectorAll("main h1, main h2, main tr, main svg[role=img]")]
      .filter((e) => !e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || e.getBoundingClientRect().height === 0)
      .map((e) => e.textContent.trim().slice(0, 80)),
  );
  const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true, timeout: 120_000 })).toString("latin1");
  await page.emulateMediaType(null);
  const found = hidden.slice(0, 3).map((text) => `print leaves out: ${text}`);
  if (!pdf.startsWith("%PDF") || !/\/Type\s*\/Page\b/.test(pdf)) found.push("it does not print to PDF");
  return found;
}
