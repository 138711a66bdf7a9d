const { escaped } = require("./_includes/page.js");

exports.data = { permalink: "/feed.xml" };
exports.render = (data) => `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Ardenshire board reports</title><link>https://example.org/</link><description>Ardenshire board reports</description>
${data.collections.reports.slice(-20).reverse().map((report) => `<item><title>${escaped(report.data.title)}</title><link>https://example.org${report.url}</link><guid>https://example.org${report.url}</guid>
<pubDate>${report.date.toUTCString()}</pubDate>
<description>${escaped(report.data.summary)}</description>
<content:encoded>${escaped(report.content)}</content:encoded></item>`).join("\n")}
</channel></rss>
`;
