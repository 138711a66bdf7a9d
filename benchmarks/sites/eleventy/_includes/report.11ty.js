const { site, escaped, words, time, count, page, link, card } = require("./page.js");
const { parts, section } = require("./sections.js");

const block = (title, html) => (html ? `<section>\n<h2>${title}</h2>\n${html}\n</section>` : "");

const list = (items) => items.length && `<ul>\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`;

/** Links from a topic's heading to the topic, and to the meetings before and after this one. */
function thread(topic, name, { earlier, later }) {
  const near = (label, report) =>
    report ? ` · <a href="${report.url}#${section(report, topic).id}">${label}: ${words(report.date)}</a>` : "";
  return `<p class="thread"><a href="/topics/${topic}/">${escaped(name)}</a>${near("Earlier", earlier)}${near("Later", later)}</p>\n`;
}

const asked = ({ id, text, deadline, reply_to }) => `<p id="ask-${id}">${escaped(text)}</p>
<p>Reply by ${time(deadline)} to <a href="mailto:${reply_to}?subject=${encodeURIComponent(text)}">${reply_to}</a>.</p>`;

const came = ({ report, id, ask, text }) => `<p id="outcome-${id}"><a href="/reports/${report}/#ask-${id}">${escaped(ask)}</a></p>
<p>${escaped(text)}</p>`;

const lastTime = (older) => `<p>${link(older)}: ${escaped(older.data.summary)}</p>
${older.data.facts.ask ? `<p>It asked: ${escaped(older.data.facts.ask.text)}</p>` : ""}`;

/** The meeting and the report, for machines. */
function described({ title, name, page }) {
  const url = site.url + page.url;
  const meeting = { "@type": "Event", "@id": `${url}#meeting`, name: `Meeting of ${words(page.date)}`, startDate: name.slice(0, 10) };
  const report = { "@type": "Report", headline: title, datePublished: name.slice(0, 10), url, about: { "@id": meeting["@id"] } };
  const graph = JSON.stringify({ "@context": "https://schema.org", "@graph": [meeting, report] });
  return `<script type="application/ld+json">${graph.replace(/</g, "\\u003c")}</script>`;
}

exports.render = (data) => {
  const { attendees, ask, outcome, next_meeting } = data.facts;
  const { report, older, newer, threads, mentions, meeting } = data.near;
  const { start, sections } = parts(report);
  const glance = [
    count(attendees.length, "person").replace("persons", "people") + " attended",
    ask && `<a href="#ask-${ask.id}">One ask</a>, reply by ${time(ask.deadline)}`,
    next_meeting && `Next meeting: ${meeting ? `<a href="${meeting.url}">${words(next_meeting)}</a>` : time(next_meeting)}`,
  ];
  const main = `<article>
<h1>${escaped(data.title)}</h1>
<p>${time(data.page.date)}</p>
<p class="summary">${escaped(data.summary)}</p>
${block("At a glance", list(glance.filter(Boolean)))}
${block("What is asked of you", ask && asked(ask))}
${block("In this report", list(sections.map(({ id, title }) => `<a href="#${id}">${title}</a>`)))}
<div class="body">
${start}${sections
    .map(({ heading, topic, html }) => heading + (topic ? thread(topic, data.names[topic], threads[topic]) : "") + html)
    .join("")}</div>
${block("What came of an earlier ask", outcome && came(outcome))}
${block("Who was there", list(attendees.map(escaped)))}
${block("Referred to in", list(mentions.map((other) => `${link(other)}, ${time(other.date)}`)))}
${block("Last time", older && lastTime(older))}
</article>
<nav>
${older ? card(older, "prev") : ""}
${newer ? card(newer, "next") : ""}
</nav>`;
  return page(data.title, data.page.url, main, { head: described(data) });
};
