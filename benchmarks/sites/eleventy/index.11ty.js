const { site, href, escaped, page, card, ask, time, years } = require("./_includes/page.js");

exports.data = { permalink: "/" };
exports.render = ({ collections, names }) => {
  const { reports, asks, topics } = collections;
  const open = asks.filter((report) => report.data.facts.ask.deadline >= site.today);
  const latest = topics.toSorted((one, other) => other.reports[0].date - one.reports[0].date).slice(0, 10);
  return page({
    title: "Home",
    description: site.description,
    path: "/",
    main: `<h1>${site.title}</h1>
<h2>The newest report</h2>
${reports.slice(0, 1).map(card).join("")}
<h2>Open asks</h2>
${open.map(ask).join("\n")}
<h2>Earlier reports</h2>
${reports.slice(1, 6).map(card).join("\n")}
<h2>Latest topics</h2>
<ul>
${latest.map(({ id, url, reports }) => `<li><a href="${href(url)}">${escaped(names[id])}</a>, ${time(reports[0].date)}</li>`).join("\n")}
</ul>
<h2>Years</h2>
${years(collections.years)}`,
  });
};
