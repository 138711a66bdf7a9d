const { list } = require("./_includes/page.js");

exports.data = {
  pagination: { data: "collections.byYear", size: 1, alias: "year" },
  permalink: (data) => `/years/${data.year.key}/`,
};
exports.render = (data) => list(data.year.key, data.page.url, data.year.reports);
