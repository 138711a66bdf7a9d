const { escaped, words, page } = require("./page.js");

const link = (rel, report) =>
  report ? `<a rel="${rel}" href="${report.url}">${escaped(report.data.title)}</a>` : "";

exports.render = (data) => page(data.title, data.page.url, `<article>
<h1>${escaped(data.title)}</h1>
<p><time datetime="${data.name.slice(0, 10)}">${words.format(data.page.date)}</time></p>
<ul>${data.topics.map((topic) => `<li><a href="/topics/${topic}/">${escaped(data.names[topic])}</a></li>`).join("")}</ul>
${data.content}
</article>
<nav>
${link("prev", data.older)}
${link("next", data.newer)}
</nav>`);
