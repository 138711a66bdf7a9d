module.exports = { layout: "report.11ty.js", permalink: (data) => `/reports/${data.name}/` };
