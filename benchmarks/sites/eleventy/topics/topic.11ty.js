const { escaped, page, time, count, years } = require("../_includes/page.js");
const { excerpts } = require("../_includes/sections.js");

exports.data = {
  pagination: { data: "collections.topics", size: 1, alias: "topic", addAllPagesToCollections: true },
  permalink: (data) => data.topic.url,
};
exports.render = ({ topic, names }) => {
  const { id, url, reports } = topic;
  return page({
    title: names[id],
    description: `What the board said about ${names[id].toLowerCase()}.`,
    path: url,
    above: url,
    main: `<h1>${escaped(names[id])}</h1>
<p>First discussed on ${time(reports.at(-1).date)}, last on ${time(reports[0].date)}, at ${count(reports.length, "meeting")}.</p>
${excerpts(reports.slice(0, 20), id)}
${topic.years.length ? `<h2>Years</h2>\n${years(topic.years)}` : ""}`,
  });
};
