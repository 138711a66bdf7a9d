const { site, absolute, escaped } = require("../_includes/page.js");
const { title, entries } = require("../_includes/entries.js");

exports.data = { kind: "atom" };
exports.render = (data) => `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">
<title>${escaped(title(data))}</title>
<id>${absolute(data.feed.url)}</id>
<link href="${absolute(data.feed.url)}"/>
<link rel="self" type="application/atom+xml" href="${absolute(data.page.url)}"/>
<updated>${data.feed.reports[0].date.toISOString()}</updated>
<author><name>${site.title}</name></author>
${entries(data.feed)
  .map(({ title, summary, date, url, html }) => `<entry>
<title>${escaped(title)}</title>
<id>${url}</id>
<link href="${url}"/>
<updated>${date.toISOString()}</updated>
<summary>${escaped(summary)}</summary>
<content type="html">${escaped(html)}</content>
</entry>`)
  .join("\n")}
</feed>
`;
