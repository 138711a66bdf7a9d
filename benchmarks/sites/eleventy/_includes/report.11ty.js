const {
  site,
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
} = require("./page.js");
const { parts, section } = require("./sections.js");

const block = (title, html) => (html ? `<section>\n<h2>${title}</h2>\n${html}\n</section>` : "");

const list = (items) => items.length && `<ul>\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`;

/** Links from a topic's heading to the topic, and to the meetings before and after this one. */
function thread(topic, name, { place, all, earlier, later }) {
  const near = (label, report) =>
    report ? ` · <a href="${href(report.url)}#${section(report, topic).id}">${label}: ${words(report.date)}</a>` : "";
  return `<p class="thread"><a href="${href(`/topics/${topic}/`)}">${escaped(name)}</a>: meeting ${place} of ${all.length}${near("Earlier", earlier)}${near("Later", later)}</p>\n`;
}

function asked(report) {
  const { ask } = report.data.facts;
  return `<p id="ask-${ask.id}">${escaped(ask.text)}</p>
<p>${deadline(ask)} to <a href="mailto:${ask.reply_to}?subject=${encodeURIComponent(ask.text)}">${ask.reply_to}</a>.</p>
${came(report)}`;
}

const told = ({ report, id, ask, text }) =>
  `<p id="outcome-${id}"><a href="${href(`/reports/${report}/`)}#ask-${id}">${escaped(ask)}</a></p>
<p>${escaped(text)}</p>`;

/** A name, with the organisation that stands behind it in brackets. */
function person(text) {
  const [, name, organisation] = text.match(/^(.*?)(?: \((.*)\))?$/);
  return escaped(name) + (organisation ? ` <span class="organisation">${escaped(organisation)}</span>` : "");
}

/** Links to a report's sections. */
const contents = (report, path) => list(parts(report).sections.map(({ id, title }) => `<a href="${path}#${id}">${title}</a>`));

const lastTime = (older) => `${card(older)}
${contents(older, href(older.url))}
${older.data.facts.ask ? `<p>It asked: ${askLink(older)}</p>\n${came(older)}` : ""}`;

/** The meeting and the report, for machines. */
function described({ title, summary, page }) {
  const url = absolute(page.url);
  const day = page.date.toISOString().slice(0, 10);
  const meeting = {
    "@type": "Event",
    "@id": `${url}#meeting`,
    name: `Meeting of ${words(page.date)}`,
    startDate: day,
    organizer: { "@type": "Organization", name: site.title },
    eventStatus: "https://schema.org/EventScheduled",
  };
  const report = {
    "@type": "Report",
    "@id": `${url}#report`,
    url,
    headline: title,
    description: summary,
    inLanguage: "en-GB",
    datePublished: day,
    dateModified: day,
    about: { "@id": meeting["@id"] },
    isPartOf: { "@type": "WebSite", name: site.title, url: absolute("/") },
  };
  const graph = JSON.stringify({ "@context": "https://schema.org", "@graph": [meeting, report] });
  return `<script type="application/ld+json">${graph.replace(/</g, "\\u003c")}</script>`;
}

exports.render = (data) => {
  const { attendees, ask, outcome, next_meeting } = data.facts;
  const { report, older, newer, threads, mentions, meeting } = data.near;
  const { start, sections } = parts(report);
  const glance = [
    `Held on ${fullTime(data.page.date)}`,
    `${count(attendees.length, "person", "people")} attended`,
    ask && `<a href="#ask-${ask.id}">${escaped(ask.text)}</a> ${deadline(ask)}`,
    next_meeting && `Next meeting: ${meeting ? `<a href="${href(meeting.url)}">${time(next_meeting)}</a>` : time(next_meeting)}`,
  ];
  const head = [
    older && `<link rel="prev" href="${href(older.url)}">`,
    newer && `<link rel="next" href="${href(newer.url)}">`,
    described(data),
  ];
  const main = `<article>
<h1>${escaped(data.title)}</h1>
<p class="summary">${escaped(data.summary)}</p>
${block("At a glance", list(glance.filter(Boolean)))}
${block("What is asked of you", ask && asked(report))}
${block("In this report", contents(report, ""))}
<div class="body">
${start}${sections
    .map(({ heading, topic, html }) => heading + (topic ? thread(topic, data.names[topic], threads[topic]) : "") + html)
    .join("")}</div>
${block("What came of an earlier ask", outcome && told(outcome))}
${block("Who was there", list(attendees.map(person)))}
${block("Referred to in", list(mentions.map((other) => `${link(other)}, ${time(other.date)}`)))}
${block("Last time", older && lastTime(older))}
</article>
<nav>
${older ? `<a rel="prev" href="${href(older.url)}">Previous meeting: ${time(older.date)}</a>` : ""}
${newer ? `<a rel="next" href="${href(newer.url)}">Next meeting: ${time(newer.date)}</a>` : ""}
</nav>`;
  return page({
    title: data.title,
    description: data.summary,
    path: data.page.url,
    type: "article",
    head: head.filter(Boolean).join("\n"),
    main,
  });
};
