const { site, absolute } = require("../_includes/page.js");
const { title, entries } = require("../_includes/entries.js");

exports.data = { kind: "json" };
exports.render = (data) =>
  JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: title(data),
    description: site.description,
    home_page_url: absolute(data.feed.url),
    feed_url: absolute(data.page.url),
    language: "en-GB",
    items: entries(data.feed).map(({ title, summary, date, url, html }) => ({
      id: url,
      url,
      title,
      summary,
      content_html: html,
      date_published: date.toISOString(),
    })),
  });
