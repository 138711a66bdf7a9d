// What the pages share.
const site = require("../_data/site.json");

const escaped = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

/** A day in words, from a date or from text such as 2026-01-05. */
const words = (day) => format.format(new Date(day));

const time = (day) => `<time datetime="${new Date(day).toISOString().slice(0, 10)}">${words(day)}</time>`;

const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

/** A whole page; `above` is the address whose feeds it tells of. */
const page = (title, url, main, { above = "/", head = "" } = {}) => `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – ${site.title}</title>
<link rel="canonical" href="${site.url}${url}">
<link rel="alternate" type="application/rss+xml" href="${above}feed.xml">
<link rel="alternate" type="application/atom+xml" href="${above}feed.atom">
<link rel="alternate" type="application/feed+json" href="${above}feed.json">
${head}
</head>
<body>
<header><a href="/">${site.title}</a> <a href="/asks/">Asks</a> <a href="/topics/">Topics</a> <a href="/calendar.ics">Calendar</a></header>
<main>
${main}
</main>
</body>
</html>
`;

const link = (report, fragment = "", rel = "") =>
  `<a${rel && ` rel="${rel}"`} href="${report.url}${fragment}">${escaped(report.data.title)}</a>`;

/** A report's title, date and summary. */
const card = (report, rel) => `<article class="card">
<h3>${link(report, "", rel)}</h3>
<p>${time(report.date)}</p>
<p>${escaped(report.data.summary)}</p>
</article>`;

/** What a report asks, and what came of it. */
const ask = (report) => {
  const { id, text, deadline } = report.data.facts.ask;
  const { answer } = report.data.near;
  return `<article class="ask">
<h3><a href="${report.url}#ask-${id}">${escaped(text)}</a></h3>
<p>Asked in ${link(report)}. Reply by ${time(deadline)}.</p>
${answer ? `<p>Outcome: ${escaped(answer.data.facts.outcome.text)} ${link(answer, `#outcome-${id}`)}</p>` : ""}
</article>`;
};

/** Links to years, with how many reports each has. */
const years = (all) => `<ul class="years">
${all.map(({ year, url, reports }) => `<li><a href="${url}">${year}</a> (${reports.length})</li>`).join("\n")}
</ul>`;

/** Links from a year to the next and the previous one. */
const besides = ({ older, newer }) => `<nav>
${older ? `<a rel="prev" href="${older.url}">${older.year}</a>` : ""}
${newer ? `<a rel="next" href="${newer.url}">${newer.year}</a>` : ""}
</nav>`;

module.exports = { site, escaped, words, time, count, page, link, card, ask, years, besides };
