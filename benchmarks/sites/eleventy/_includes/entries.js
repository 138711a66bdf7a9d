const { site, href, absolute } = require("./page.js");
const { section } = require("./sections.js");

/** What a feed is called. */
const title = ({ feed, names }) => (feed.id ? `${names[feed.id]} – ${site.title}` : site.title);

/** The entries of a feed: whole reports, or what they say on the feed's topic. */
const entries = (feed) =>
  feed.reports.map((report) => {
    const part = feed.id && section(report, feed.id);
    return {
      title: report.data.title,
      summary: report.data.summary,
      date: report.date,
      url: absolute(report.url) + (part ? `#${part.id}` : ""),
      html: (part ? part.html : report.content).replaceAll(`href="${href("/")}`, `href="${absolute("/")}`),
    };
  });

module.exports = { title, entries };
