// Reads from standard input, as JSON, paths of calendars; writes when their events begin and end, as
// ical.js reads them by each calendar's own VTIMEZONE: for each path, the addresses of its events
// with both times in UTC, or days. The folder that it runs in has the package.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const require = createRequire(`${process.cwd()}/`);
const ICAL = require("ical.js");

function inUtc(time) {
  return time.convertToZone(ICAL.Timezone.utcTimezone).toICALString();
}

function times(component) {
  const event = new ICAL.Event(component);
  const ends = component.hasProperty("dtend") || component.hasProperty("duration");
  return [inUtc(event.startDate), ends ? inUtc(event.endDate) : null];
}

async function read(path) {
  const calendar = new ICAL.Component(ICAL.parse(await readFile(path, "utf8")));
  ICAL.TimezoneService.reset();
  calendar.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));
  const events = calendar.getAllSubcomponents("vevent");
  return Object.fromEntries(events.map((event) => [event.getFirstPropertyValue("url"), times(event)]));
}

const calendars = [];
for (const path of JSON.parse(await text(process.stdin))) {
  calendars.push(await read(path));
}
console.log(JSON.stringify(calendars));
