const { page, card, besides } = require("../_includes/page.js");

exports.data = {
  pagination: { data: "collections.years", size: 1, alias: "year", addAllPagesToCollections: true },
  permalink: (data) => data.year.url,
};
exports.render = ({ year }) => page(year.year, year.url, `<h1>${year.year}</h1>
${year.reports.map((report) => card(report)).join("\n")}
${besides(year)}`);
