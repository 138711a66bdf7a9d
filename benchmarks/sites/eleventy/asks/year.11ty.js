const { site, page, ask, besides } = require("../_includes/page.js");

exports.data = {
  pagination: { data: "collections.askYears", size: 1, alias: "year", addAllPagesToCollections: true },
  permalink: (data) => data.year.url,
};
exports.render = ({ year }) =>
  page({
    title: `Asks of ${year.year}`,
    description: `${site.title}: what was asked in ${year.year}, and what came of it`,
    path: year.url,
    main: `<h1>Asks of ${year.year}</h1>
${year.reports.map(ask).join("\n")}
${besides(year)}`,
  });
