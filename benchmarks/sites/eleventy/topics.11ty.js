const { escaped, page } = require("./_includes/page.js");

exports.data = { permalink: "/topics/" };
exports.render = (data) => page("Topics", "/topics/", `<h1>Topics</h1>
<ul>
${data.collections.byTopic.map(({ key }) => `<li><a href="/topics/${key}/">${escaped(data.names[key])}</a></li>`).join("\n")}
</ul>`);
