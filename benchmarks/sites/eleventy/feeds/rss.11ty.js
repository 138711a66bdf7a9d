const { site, absolute, escaped } = require("../_includes/page.js");
const { title, entries } = require("../_includes/entries.js");

exports.data = { kind: "xml" };
exports.render = (data) => `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>${escaped(title(data))}</title>
<link>${absolute(data.feed.url)}</link>
<description>${escaped(site.description)}</description>
<atom:link rel="self" type="application/rss+xml" href="${absolute(data.page.url)}"/>
${entries(data.feed)
  .map(({ title, summary, date, url, html }) => `<item>
<title>${escaped(title)}</title>
<link>${url}</link>
<guid>${url}</guid>
<pubDate>${date.toUTCString()}</pubDate>
<description>${escaped(summary)}</description>
<content:encoded>${escaped(html)}</content:encoded>
</item>`)
  .join("\n")}
</channel></rss>
`;
