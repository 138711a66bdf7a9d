module.exports = {
  pagination: { data: "collections.feeds", size: 1, alias: "feed" },
  permalink: (data) => `${data.feed.url}feed.${data.kind}`,
  eleventyExcludeFromCollections: true,
};
