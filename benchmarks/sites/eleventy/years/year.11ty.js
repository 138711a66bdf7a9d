const { site, page, card, besides } = require("../_includes/page.js");

exports.data = {
  pagination: { data: "collections.years", size: 1, alias: "year", addAllPagesToCollections: true },
  permalink: (data) => data.year.url,
};
exports.render = ({ year }) =>
  page({
    title: `Meetings in ${year.year}`,
    description: `${site.title}: the meetings of ${year.year}`,
    path: year.url,
    main: `<h1>Meetings in ${year.year}</h1>
${year.reports.map(card).join("\n")}
${besides(year)}`,
  });
