const footnotes = require("markdown-it-footnote");
const { linkWith, href } = require("./_includes/page.js");

/** Gives headings ids, so that they can be linked to. */
function headingIds(library, slugify) {
  library.core.ruler.push("heading_ids", ({ tokens }) => {
    tokens.forEach((token, place) => {
      if (token.type === "heading_open") token.attrSet("id", slugify(tokens[place + 1].content));
    });
  });
}

/**
 * Turns links to source files into addresses. Eleventy's transforms would do so too late: a section
 * also stands on pages whose source lies elsewhere, and in feeds, which they do not look at.
 */
function sourceLinks(library, inputPathToUrl) {
  library.renderer.rules.link_open = (tokens, place, options, env, self) => {
    const token = tokens[place];
    const target = token.attrGet("href");
    if (target.endsWith(".md")) token.attrSet("href", href(inputPathToUrl.call(env, target)));
    return self.renderToken(tokens, place, options);
  };
}

/** The items under each of their keys: [[key, items], ...], in the order in which the keys occur. */
function grouped(items, keys) {
  const groups = new Map();
  for (const item of items) {
    for (const key of keys(item)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(item);
    }
  }
  return [...groups];
}

/** Reports by year, the newest first, each year with its neighbours. */
function byYear(reports, above, more) {
  const years = grouped(reports, (report) => [report.data.name.slice(0, 4)]).map(
    ([year, reports]) => ({ year, url: `${above}${year}/`, reports, ...more }),
  );
  years.forEach((each, place) => Object.assign(each, { newer: years[place - 1], older: years[place + 1] }));
  return years;
}

/** Tells every report, the oldest first, of those that have to do with it. */
function connect(reports) {
  const named = new Map(reports.map((report) => [report.data.name, report]));
  const meetings = new Map();
  reports.forEach((report, place) => {
    const near = { report, older: reports[place - 1], newer: reports[place + 1], threads: {}, mentions: [] };
    near.meeting = named.get(report.data.facts.next_meeting);
    for (const topic of report.data.topics) {
      if (!meetings.has(topic)) meetings.set(topic, []);
      const all = meetings.get(topic);
      const earlier = all.at(-1);
      if (earlier) earlier.data.near.threads[topic].later = report;
      near.threads[topic] = { place: all.push(report), all, earlier };
    }
    report.data.near = near;
  });
  for (const report of reports) {
    const { refers_to, outcome } = report.data.facts;
    for (const name of refers_to) named.get(name)?.data.near.mentions.push(report);
    const asked = named.get(outcome?.report);
    if (asked) asked.data.near.answer = report;
  }
}

/** All collections by their names. */
function arranged(found) {
  const reports = found.sort((a, b) => (a.data.name < b.data.name ? -1 : 1));
  connect(reports);
  const newest = reports.toReversed();
  const asks = newest.filter((report) => report.data.facts.ask);
  const topics = grouped(newest, (report) => report.data.topics)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, reports]) => {
      const url = `/topics/${id}/`;
      return { id, url, reports, years: reports.length > 20 ? byYear(reports, url, { id }) : [] };
    });
  const feeds = [{ url: "/", reports: newest }, ...topics].map(({ id, url, reports }) => ({ id, url, reports: reports.slice(0, 20) }));
  return {
    reports: newest,
    years: byYear(newest, "/years/"),
    asks,
    askYears: byYear(asks, "/asks/"),
    topics,
    topicYears: topics.flatMap((topic) => topic.years),
    feeds,
  };
}

module.exports = function (config) {
  linkWith(config.getFilter("url"));
  config.amendLibrary("md", (library) => {
    library
      .use(footnotes)
      .use(headingIds, config.getFilter("slugify"))
      .use(sourceLinks, config.getFilter("inputPathToUrl"));
  });
  let collections;
  config.on("eleventy.before", () => {
    collections = undefined;
  });
  for (const name of ["reports", "years", "asks", "askYears", "topics", "topicYears", "feeds"]) {
    config.addCollection(name, (api) => {
      collections ??= arranged(api.getFilteredByGlob("reports/*.md"));
      return collections[name];
    });
  }
  return { dir: { output: "_site" }, pathPrefix: "/board/", markdownTemplateEngine: false };
};
