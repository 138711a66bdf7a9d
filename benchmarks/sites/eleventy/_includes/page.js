// What the pages share.
const escaped = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const words = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

const page = (title, url, main) => `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>${escaped(title)} – Ardenshire board reports</title>
<link rel="canonical" href="https://example.org${url}">
<link rel="alternate" type="application/rss+xml" href="/feed.xml">
</head>
<body>
<header><a href="/">Ardenshire board reports</a> <a href="/topics/">Topics</a></header>
<main>
${main}
</main>
</body>
</html>
`;

const list = (title, url, reports) => page(title, url, `<h1>${escaped(title)}</h1>
<ul>
${reports.map((report) => `<li><a href="${report.url}">${escaped(report.data.title)}</a> <time>${words.format(report.date)}</time></li>`).join("\n")}
</ul>`);

module.exports = { escaped, words, page, list };
