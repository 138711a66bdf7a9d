const { list } = require("./_includes/page.js");

exports.data = {
  pagination: { data: "collections.byTopic", size: 1, alias: "topic" },
  permalink: (data) => `/topics/${data.topic.key}/`,
};
exports.render = (data) => list(data.names[data.topic.key], data.page.url, data.topic.reports);
