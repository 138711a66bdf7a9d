const { site, page, ask, years } = require("../_includes/page.js");

exports.data = { permalink: "/asks/" };
exports.render = ({ collections }) =>
  page({
    title: "Asks",
    description: `${site.title}: what is asked, and what came of it`,
    path: "/asks/",
    main: `<h1>Asks</h1>
${collections.asks.slice(0, 30).map(ask).join("\n")}
<h2>Years</h2>
${years(collections.askYears)}`,
  });
