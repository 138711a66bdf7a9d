const { page, ask, years } = require("../_includes/page.js");

exports.data = { permalink: "/asks/" };
exports.render = ({ collections }) => page("Asks", "/asks/", `<h1>Asks</h1>
${collections.asks.slice(0, 30).map(ask).join("\n")}
<h2>Years</h2>
${years(collections.askYears)}`);
