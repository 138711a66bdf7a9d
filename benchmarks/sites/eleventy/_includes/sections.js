const { escaped, link, time } = require("./page.js");

const known = new WeakMap();

/** A report's rendered text, cut at its headings once a build: its start, and its sections. */
function parts(report) {
  if (known.has(report)) return known.get(report);
  const topics = new Map(Object.entries(report.data.facts.headings).map(([topic, text]) => [escaped(text), topic]));
  const [start, ...rest] = report.content.split(/(?=<h2\b)/);
  const sections = rest.map((html) => {
    const [heading, id, title] = html.match(/^<h2 id="([^"]*)">(.*?)<\/h2>\n/s);
    return { id, title, heading, topic: topics.get(title), html: html.slice(heading.length) };
  });
  const found = { start, sections, topics: new Map(sections.map((section) => [section.topic, section])) };
  known.set(report, found);
  return found;
}

/** What a report says on a topic. */
const section = (report, topic) => parts(report).topics.get(topic);

/** The sections on a topic of some reports. */
const excerpts = (reports, topic) =>
  reports
    .map((report) => {
      const { id, html } = section(report, topic);
      return `<section>
<h2>${link(report, `#${id}`)}</h2>
<p>${time(report.date)}</p>
${html}</section>`;
    })
    .join("\n");

module.exports = { parts, section, excerpts };
