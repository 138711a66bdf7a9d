const { escaped, page } = require("./_includes/page.js");

exports.data = { permalink: "/" };
exports.render = (data) => page("Home", "/", `<h1>Ardenshire board reports</h1>
${data.collections.reports.slice(-12).reverse().map((report) => `<article><h2><a href="${report.url}">${escaped(report.data.title)}</a></h2>
<p>${escaped(report.data.summary)}</p></article>`).join("\n")}
<ul>${data.collections.byYear.map(({ key }) => `<li><a href="/years/${key}/">${key}</a></li>`).join("")}</ul>`);
