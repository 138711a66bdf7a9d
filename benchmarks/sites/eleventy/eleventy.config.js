const footnotes = require("markdown-it-footnote");

const byDate = (a, b) => (a.inputPath < b.inputPath ? -1 : 1);

function grouped(api, keys) {
  const groups = new Map();
  for (const report of api.getFilteredByGlob("reports/*.md").sort(byDate).reverse()) {
    for (const key of keys(report)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(report);
    }
  }
  return [...groups].sort().map(([key, reports]) => ({ key, reports }));
}

module.exports = function (config) {
  config.amendLibrary("md", (library) => library.use(footnotes));
  config.addCollection("reports", (api) => {
    const reports = api.getFilteredByGlob("reports/*.md").sort(byDate);
    reports.forEach((report, place) => {
      report.data.older = reports[place - 1];
      report.data.newer = reports[place + 1];
    });
    return reports;
  });
  config.addCollection("byTopic", (api) => grouped(api, (report) => report.data.topics));
  config.addCollection("byYear", (api) => grouped(api, (report) => [report.data.name.slice(0, 4)]));
  return { dir: { output: "_site" }, markdownTemplateEngine: false };
};
