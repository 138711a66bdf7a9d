// Reads from standard input, as JSON, which pages Lighthouse is to look at, which categories it
// is to judge, and which Chromium with which arguments shows them; writes its verdicts as JSON,
// one for each page. The folder that it runs in has the packages. Nothing is reported to anybody:
// only Lighthouse's own command line does that.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(`${process.cwd()}/`);
const { default: lighthouse } = require("lighthouse");
const { launch } = require("chrome-launcher");

// What takes points from a page in a category, and the diagnostics that say why.
function faults(category, audits) {
  return category.auditRefs
    .filter((reference) => reference.weight > 0 || reference.group === "diagnostics")
    .map((reference) => audits[reference.id])
    .filter((audit) => audit.score !== null && audit.score < 1)
    .map((audit) => [told(audit), ...places(audit)].join("\n    "));
}

function told(audit) {
  const about = [audit.displayValue, audit.explanation ?? audit.errorMessage, audit.description];
  return [`${audit.title} (${audit.id})`, ...about].filter(Boolean).join("; ");
}

function places(audit) {
  const items = audit.details?.items ?? [];
  return items.slice(0, 5).map(place).filter(Boolean);
}

function place(item) {
  const node = item.node ?? item.source ?? {};
  const where = [item.groupLabel, node.snippet, node.explanation, item.description, item.url];
  return where.filter(Boolean).join(" ").replace(/\s+/g, " ");
}

// On a busy machine, Chromium may not answer in time.
async function look(address, flags) {
  let result;
  for (let tries = 0; tries < 3; tries++) {
    result = (await lighthouse(address, flags)).lhr;
    if (!result.runtimeError) return result;
  }
  throw new Error(`${address}: ${result.runtimeError.message}`);
}

async function verdict(address, categories, port) {
  // Pictures of the page are for reports that people look at; no audit needs them.
  const flags = { port, onlyCategories: categories, disableFullPageScreenshot: true };
  const lhr = await look(address, flags);
  const judged = Object.values(lhr.categories);
  return {
    scores: Object.fromEntries(judged.map(({ id, score }) => [id, Math.round(score * 100)])),
    faults: Object.fromEntries(judged.map((each) => [each.id, faults(each, lhr.audits)])),
    shift: lhr.audits["cumulative-layout-shift"].numericValue,
    moved: places(lhr.audits["layout-shifts"]),
  };
}

const wanted = JSON.parse(await text(process.stdin));
const chromium = await launch({ chromePath: wanted.chromium, chromeFlags: wanted.arguments });
try {
  const verdicts = [];
  for (const address of wanted.addresses) {
    verdicts.push(await verdict(address, wanted.categories, chromium.port));
  }
  console.log(JSON.stringify(verdicts));
} finally {
  chromium.kill();
}
