// What is said of a car: one place for table, list, map and details.

import { local, text } from "/static/kernel.js";

const WHERE = { in: "accepted", unsure: "unsure", out: "refused", no_fence: "no_fence", none: "none" };

export const whereOf = (car) => car.fix?.where ?? "none";
export const chipOf = (where) => WHERE[where];
export const plateOf = (car) => car.plate || car.terminal;
export const isSilent = (car) => car.offline_since !== null;
export const isOut = (car) => car.running !== null && whereOf(car) === "out";
export const isUnsure = (car) => car.running !== null && whereOf(car) === "unsure";

export const FILTERS = {
  all: () => true,
  running: (car) => car.running !== null,
  out: isOut,
  unsure: isUnsure,
  offline: (car) => car.running !== null && isSilent(car),
  malfunction: (car) => car.malfunctions.length > 0,
  ban: (car) => car.ban !== null,
};

/** One letter for a car's mark on the map, which its words begin with. */
export const markOf = (car) => text(`live.script.mark_${whereOf(car)}`);

export function where(car) {
  const said = text(`live.script.where_${whereOf(car)}`);
  return car.fix?.outside_m ? `${said} · ${text("live.script.outside", { metres: car.fix.outside_m })}` : said;
}

export function training(car, offset) {
  const one = car.running;
  if (one === null) return text("live.script.idle");
  return text("live.script.session", {
    trainee: one.trainee_name || one.trainee,
    instructor: one.instructor_name || one.instructor,
    part: text("live.script.part", { part: one.part }),
    since: local(one.since, offset),
  });
}

/** [words, kind of chip], the gravest first. */
export function states(car, offset) {
  const said = [];
  if (car.revoked) said.push([text("live.script.revoked"), "lost"]);
  for (const code of car.malfunctions) said.push([text(`live.script.malfunction_${code}`), "refused"]);
  if (car.ban) {
    const until = local(car.ban.until, offset);
    said.push([car.ban.until ? text("live.script.ban_until", { until }) : text("live.script.ban"), "refused"]);
  }
  if (car.heard_at === null) said.push([text("live.script.never"), "none"]);
  else if (isSilent(car)) {
    const since = local(car.offline_since, offset);
    said.push([text("live.script.offline", { since }), car.running ? "lost" : "none"]);
  } else said.push([text("live.script.online"), "accepted"]);
  if (car.put_aside) said.push([text("live.script.put_aside", { count: car.put_aside }), "refused"]);
  if (car.orders_open) said.push([text("live.script.orders_open", { count: car.orders_open }), "decided"]);
  return said;
}

export function speed(car) {
  return car.fix?.speed_kmh == null ? "" : text("live.script.speed", { kmh: car.fix.speed_kmh.toFixed(1) });
}

/** What of a car needs a look, null for nothing. The higher weight comes first. */
export function problem(car, offset) {
  if (isOut(car)) return [4, where(car)];
  if (car.running && isSilent(car)) return [3, text("live.script.offline", { since: local(car.offline_since, offset) })];
  if (car.malfunctions.length) {
    return [2, car.malfunctions.map((code) => text(`live.script.malfunction_${code}`)).join(" · ")];
  }
  if (car.put_aside) return [2, text("live.script.put_aside", { count: car.put_aside })];
  if (isUnsure(car)) return [1, where(car)];
  return null;
}
