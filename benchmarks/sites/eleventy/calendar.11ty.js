const { site, absolute } = require("./_includes/page.js");

const text = (words) => words.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");

/** A line, folded at 75 octets. */
function folded(line) {
  let done = "";
  let room = 75;
  for (const sign of line) {
    const size = sign < "\x80" ? 1 : Buffer.byteLength(sign);
    if (size > room) {
      done += "\r\n ";
      room = 74;
    }
    done += sign;
    room -= size;
  }
  return done;
}

const event = ({ data, url }) => {
  const day = data.name.slice(0, 10).replaceAll("-", "");
  return [
    "BEGIN:VEVENT",
    `UID:${data.name}@example.org`,
    `DTSTAMP:${day}T000000Z`,
    `DTSTART;VALUE=DATE:${day}`,
    `SUMMARY:${text(data.title)}`,
    `DESCRIPTION:${text(data.summary)}`,
    `URL:${absolute(url)}`,
    "END:VEVENT",
  ];
};

exports.data = { permalink: "/calendar.ics", eleventyExcludeFromCollections: true };
exports.render = ({ collections }) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", `PRODID:-//${site.title}//EN`, ...collections.reports.flatMap(event), "END:VCALENDAR", ""]
    .map(folded)
    .join("\r\n");
