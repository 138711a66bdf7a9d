const { site, href, escaped, page, time, count } = require("../_includes/page.js");

const entry = ({ url, reports }, name) =>
  `<li><a href="${href(url)}">${escaped(name)}</a>: ${count(reports.length, "meeting")}, ${time(reports.at(-1).date)} to ${time(reports[0].date)}</li>`;

exports.data = { permalink: "/topics/" };
exports.render = ({ collections, names }) =>
  page({
    title: "Topics",
    description: `${site.title}: what the meetings are about, subject by subject`,
    path: "/topics/",
    main: `<h1>Topics</h1>
<ul>
${collections.topics.map((topic) => entry(topic, names[topic.id])).join("\n")}
</ul>`,
  });
