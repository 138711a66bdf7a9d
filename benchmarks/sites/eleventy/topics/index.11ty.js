const { escaped, page, time, count } = require("../_includes/page.js");

const entry = ({ url, reports }, name) =>
  `<li><a href="${url}">${escaped(name)}</a>: ${count(reports.length, "meeting")}, ${time(reports.at(-1).date)} to ${time(reports[0].date)}</li>`;

exports.data = { permalink: "/topics/" };
exports.render = ({ collections, names }) => page("Topics", "/topics/", `<h1>Topics</h1>
<ul>
${collections.topics.map((topic) => entry(topic, names[topic.id])).join("\n")}
</ul>`);
