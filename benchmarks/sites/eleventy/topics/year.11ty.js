const { href, escaped, page, besides } = require("../_includes/page.js");
const { excerpts } = require("../_includes/sections.js");

exports.data = {
  pagination: { data: "collections.topicYears", size: 1, alias: "year", addAllPagesToCollections: true },
  permalink: (data) => data.year.url,
};
exports.render = ({ year, names }) => {
  const topic = `/topics/${year.id}/`;
  const name = names[year.id];
  return page({
    title: `${name} in ${year.year}`,
    description: `What the board said about ${name.toLowerCase()} in ${year.year}.`,
    path: year.url,
    above: topic,
    main: `<h1><a href="${href(topic)}">${escaped(name)}</a> in ${year.year}</h1>
${excerpts(year.reports, year.id)}
${besides(year)}`,
  });
};
