// What the pages share.
const site = require("../_data/site.json");

let url;
const addresses = new Map();

/** Gives the pages Eleventy's url filter, which knows the path prefix. */
const linkWith = (filter) => {
  url = filter;
};

/** An address as links have it; the filter is too slow for asking it again at each link. */
const href = (path) => {
  if (!addresses.has(path)) addresses.set(path, url(path));
  return addresses.get(path);
};

/** An address as others know it. */
const absolute = (path) => site.url + href(path);

const escaped = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" });

/** A day in words, from a date or from text such as 2026-01-05. */
const words = (day) => format.format(new Date(day));

const element = (day, text) => `<time datetime="${new Date(day).toISOString().slice(0, 10)}">${text}</time>`;

const time = (day) => element(day, words(day));

/** A day in words, with the day of the week. */
const fullTime = (day) => element(day, `${weekday.format(new Date(day))} ${words(day)}`);

const count = (number, what, many = `${what}s`) => `${number} ${number === 1 ? what : many}`;

/** A whole page; `above` is the address whose feeds it tells of. */
const page = ({ title, description, path, main, above = "/", type = "website", head = "" }) => `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – ${site.title}</title>
<meta name="description" content="${escaped(description)}">
<link rel="canonical" href="${absolute(path)}">
<link rel="alternate" type="application/rss+xml" href="${href(`${above}feed.xml`)}">
<link rel="alternate" type="application/atom+xml" href="${href(`${above}feed.atom`)}">
<link rel="alternate" type="application/feed+json" href="${href(`${above}feed.json`)}">
<meta property="og:type" content="${type}">
<meta property="og:title" content="${escaped(title)}">
<meta property="og:description" content="${escaped(description)}">
<meta property="og:url" content="${absolute(path)}">
<meta property="og:site_name" content="${site.title}">
${head}
</head>
<body>
<a href="#main">Skip to the content</a>
<header><a href="${href("/")}">${site.title}</a> <a href="${href("/asks/")}">Asks</a> <a href="${href("/topics/")}">Topics</a></header>
<main id="main">
${main}
</main>
<footer><a href="${href("/")}">${site.title}</a>. ${site.description}. <a href="${href("/calendar.ics")}">Calendar</a></footer>
</body>
</html>
`;

const link = (report, fragment = "") => `<a href="${href(report.url)}${fragment}">${escaped(report.data.title)}</a>`;

/** A report's title, date, number of asks and summary. */
const card = (report) => `<article class="card">
<h3>${link(report)}</h3>
<p>${fullTime(report.date)}${report.data.facts.ask ? " · 1 ask" : ""}</p>
<p>${escaped(report.data.summary)}</p>
</article>`;

/** By when to reply, and whether one still can. */
const deadline = (ask) => `Reply by ${time(ask.deadline)} (${ask.deadline < site.today ? "closed" : "open"})`;

/** A link to what a report asks. */
const askLink = (report) => {
  const { id, text } = report.data.facts.ask;
  return `<a href="${href(report.url)}#ask-${id}">${escaped(text)}</a>`;
};

/** What came of what a report asks, if a later one tells. */
const came = ({ data: { near } }) => {
  if (!near.answer) return "";
  const { id, text } = near.answer.data.facts.outcome;
  return `<p>Outcome: ${escaped(text)} Told in ${link(near.answer, `#outcome-${id}`)}.</p>`;
};

/** What a report asks, and what came of it. */
const ask = (report) => `<article class="ask">
<h3>${askLink(report)}</h3>
<p>Asked in ${link(report)}. ${deadline(report.data.facts.ask)}.</p>
${came(report)}
</article>`;

/** Links to years, with how many reports each has. */
const years = (all) => `<ul class="years">
${all.map(({ year, url, reports }) => `<li><a href="${href(url)}">${year}</a> (${reports.length})</li>`).join("\n")}
</ul>`;

/** Links from a year to the next and the previous one. */
const besides = ({ older, newer }) => `<nav>
${older ? `<a rel="prev" href="${href(older.url)}">${older.year}</a>` : ""}
${newer ? `<a rel="next" href="${href(newer.url)}">${newer.year}</a>` : ""}
</nav>`;

module.exports = {
  site,
  linkWith,
  href,
  absolute,
  escaped,
  words,
  time,
  fullTime,
  count,
  page,
  link,
  card,
  deadline,
  askLink,
  came,
  ask,
  years,
  besides,
};
