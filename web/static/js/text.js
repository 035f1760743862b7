/** Every text that the viewer's scripts show, in one catalogue, and its lookup. */

const EN = {
  closed: "Closed", restricted: "Restricted", unverified: "Not verified", inactive: "Not in force",
  reportedClosed: "Reported closed", closedOneWay: "Closed one way", ended: "Ended", notYet: "Not yet in force", paused: "Not at this hour",
  lapsed: "Lapsed, unconfirmed", effectUnknown: "Effect unknown", advisory: "Advisory", difficult: "Difficult",
  delay: "Delay", rejected: "Rejected",
  maxGross: "max {n} t gross", maxPayload: "max {n} t payload", maxAxle: "max {n} t axle",
  maxHeight: "max {n} m high", maxWidth: "max {n} m wide", maxLength: "max {n} m long", delayMin: "{n} min delay",
  daily: "daily {from}–{to} ({zone})", speedFactor: "{n} % of usual speed", cap: "practicability up to {n}",
  permittedUntil: "passage permitted until {when}",
  drive: "needs {n}",
  since: "since {when}", until: "until {when}", endedAt: "ended {when}", endedBy: "ended {when} ({who})",
  source: "Source: {source}, {when}", age: "{age} old", notKnown: "not known", future: "in {age}",
  unmatched: "Not matched to a road", partly: "Only partly matched to roads", unlocated: "Without a usable location",
  badPrecision: "Location only roughly known",
  confirm: "Confirm", end: "End", all: "All", inForce: "In force", endedOnes: "Ended",
  filter: "Show", none: "None.", noneInVersion: "None in this version.",
  listSource: "Version {n}, published {when} ({age} ago).",
  listOld: "OLD: last known list, from {when}. The service cannot be reached.",
  noConstraints: "No version of the constraints is published: nothing is known of access.",
  constraints_one: "{n} constraint", constraints_other: "{n} constraints",
  from: "From", to: "To", swap: "Swap", pick: "Pick on map", placeHint: "Name, code or lat=…, lon=…",
  placeNotFound: "“{text}” is not in the list. Choose a place, click the map, or write lat=…, lon=….",
  pickOnMap: "Click the map to set “{end}”. Esc to cancel.", mapPoint: "Point on the map, {where}",
  barePair: "Which number is the latitude is not guessed: write lat={a},lon={b} or lat={b},lon={a}.",
  earlierQuestion: "This is the answer to the earlier question. Check the route again.",
  departureField: "Departure (local time, {zone})", departureEmpty: "Empty: now.", departureIs: "That is {when}.",
  results_one: "{n} result", results_other: "{n} results",
  asking: "Asking…", ask: "Check the route", askedAgain: "The constraints changed: asked again.",
  viable: "Viable", viable_with_conditions: "Viable with conditions", not_viable: "Not viable", unknown: "Unknown",
  hypothetical: "Hypothetical", exercise: "Exercise", distance: "Distance", duration: "Duration", driving: "driving",
  rest: "rest", departure: "Departure", arrival: "Arrival", offRoad: "Off the road network", offRoadValue: "{a} m at the start, {b} m at the end",
  waiting: "Waiting", waits: "waiting", delays: "delays", waitUntil: "Until {until} ({long})", waitWhere: "at km {km}: {why}",
  days: "Working days", daysRange: "{a} to {b}, of {h} h each", warnings: "WARNING: reported, not reviewed by anybody",
  blockedBy: "What blocks", conditions: "Conditions on the way", notes: "Notes",
  unapplied: "In this area, but could not be applied", unknowns: "Not known on this way",
  comparison: "Compared with no constraints", without: "Without constraints", withC: "With constraints",
  extra: "Difference", avoided: "Avoided by this way", streets: "Way by street", unnamed: "unnamed {class} road",
  provenance: "What this answer rests on", roadsFrom: "Roads", roadsValue: "{name}, OpenStreetMap of {date}",
  constraintsFrom: "Constraints", versionOf: "version {n}, published {when}", 
  engine: "Engine", engineValue: "{engine}, product {version}", vehicleTable: "Vehicle table",
  validUntil: "Ask again after {when}: a rule of time or a review date changes then.",
  restrictedNote: "Restricted constraint: details are not shown to you.", hypotheticalNote: "what-if",
  overdue: "review overdue", excess: "exceeds", kmOnWay: "km {from}–{to}", copyAnswer: "Copy the answer as text",
  copied: "Copied.", copyFailed: "Copying was refused by the browser: select the text below.",
  asOfVersion: "Answered as of {when}.",
  legendNote: "Advisory, or announced for later",
  layerRoads: "Roads", layerConstraints: "Constraints", 
  colouredFor: "Roads are coloured for", noConstraintRoad: "No constraint reported: not the same as open",
  legendClosed: "Closed", legendRestricted: "Restricted, difficult or delayed",
  legendUnverified: "Not verified: location, effect or end not sure", legendZone: "Populated zones; outside them nothing is mapped", legendWay: "Way of the last answer",
  ports: "Ports", airports: "Airports", storage: "Storage", fuel: "Fuel", border_crossings: "Border crossings", bridges: "Bridges", ferries: "Ferries", checkpoints: "Checkpoints",
  customs_offices: "Customs offices", weighbridges: "Weighbridges", rail_stations: "Rail stations", mills: "Mills", service_providers: "Service providers",
  places: "Populated zones",
  operational: "operational", not_operational: "not operational", planned: "planned", destroyed: "destroyed",
  versionRow: "Version {n}", current: "current", withdrawn: "withdrawn", show: "Show", backToCurrent: "Back to the current version",
  compare: "Compare", compareFrom: "From", compareTo: "To", noDifference: "No difference.",
  copyText: "Copy the text", viewing: "You are looking at version {n} of {of}, published {when}.",
  switched: "Now showing version {n}.", switchedCurrent: "Now showing the current version {n}.",
  published: "Version {n} is published; the map and the list show it.", features_one: "{n} record", features_other: "{n} records",
  compared: "What changed between version {a} and version {b}",
  stale: "The constraints are {age} old (published {when}). Verify before relying on them.",
  offline: "The service cannot be reached ({why}). What is shown is the last known state, from {when}: treat it as OLD.",
  retry: "Try again", 
  loadFailed: "{what} could not be loaded: {why}", roadsWhat: "The roads", statusWhat: "The road status", toolsWhat: "Editing and versions", matchesWhat: "How constraints lie on the roads",
  vehicleLine: "{name} – {gross} t gross, {payload} t payload", constraintsTab: "Constraints ({n})", constraintsChip: "constraints v{n}", noneChip: "no constraints published",
  max_draft_m: "Max draft", berths: "Berths", discharge_bag_t_day: "Bagged cargo", runway_length_m: "Runway", area_m2: "Covered area",
  capacity_t: "Capacity", truck_max_length_m: "Longest truck", daily_truck_capacity: "Trucks a day", diesel_stock_l: "Diesel in stock",
  diesel_available: "Diesel", jet_fuel: "Jet fuel", status_comment: "Comment", un_locode: "UN/LOCODE", icao: "ICAO", iata: "IATA",
  surface: "Surface", maxspeed: "Speed limit", speedValue: "{n} km/h", bridge: "Bridge", lengthValue: "{n} m",
  road: "Road", roadClass: "Class", roadStatus: "Status", oneway: "One-way", yes: "yes", no: "no", length: "Length",
  limitsTagged: "Limits in OpenStreetMap", noneTagged: "none mapped", close: "Close",
  addFromRoad: "Add a constraint here", useAs: "Use as", population: "Population",
  signIn: "Sign in with a token", token: "Token", notSignedIn: "The service does not know this token.", expired: "The token is not valid any more: sign in again. What it showed is gone from the page.", signOut: "Sign out", signedIn: "Signed in as {name} ({role}).",
  tokenHint: "Kept in this browser tab only and sent with your edits, never in an address.",
  addConstraint: "Add a constraint", where: "Where", byRoad: "Click roads", byArea: "Draw an area",
  roadsChosen_one: "{n} road chosen", roadsChosen_other: "{n} roads chosen", cornersSet_one: "{n} corner",
  cornersSet_other: "{n} corners", clickRoads: "Click one or more roads on the map.",
  clickCorners: "Click the corners of the area on the map.", undo: "Undo", clear: "Clear", remove: "Remove",
  typedCoordinates: "Or type coordinates (lat lon; lat lon; …)",
  typedHint: "Three or more points make an area; one or two a point or a stretch.",
  useTyped: "Use these", badCoordinates: "Write pairs such as -29.95 -71.33; -29.94 -71.32.",
  publish: "Publish the constraint", cancel: "Cancel", name: "Name", type: "Type",
  effect: "Effect", direction: "Direction", limits: "Limits", validUntilField: "Until (empty: not known)",
  sourceOrg: "Source (organisation)", sourceRef: "Document or reference", dateOfInformation: "Date of information",
  precision: "Location precision", dailyFrom: "Daily from (local time)", dailyTo: "Daily to", timeZone: "Time zone (IANA)",
  description: "Description", reason: "Reason", endedByField: "Who says that it ended", endedAtField: "Ended at (UTC)",
  confirmTitle: "Confirm “{name}”", endTitle: "End “{name}”", note: "Note", utcHint: "UTC",
  oneDirectionHint: "Forward runs in the drawing direction of the first road chosen.",
  needLocation: "Choose at least one road, an area or typed coordinates first.",
  onlyCurrent: "Edits are made on the current version. Go back to it first.",
  conflict: "Somebody changed it in the meantime.", thereNow: "What changed since", lineAdded: "{name}: added", lineRemoved: "{name}: removed",
  lineChanged: "{name}: {field} {before} → {after}",
  newer: "A newer version exists: {n}, {when}.",
  mines_uxo: "mines / UXO", curfew_night_ban: "curfew / night ban", checkpoint_official: "official checkpoint",
  checkpoint_unofficial: "unofficial checkpoint", convoy_escort_required: "convoy or escort required",
  grade: "Grade", gradeHelp: "Source reliability A–F (F: cannot be judged), credibility 1–6 (6: cannot be judged)",
  missingVersion: "There is no version {n} here; showing the current one.",
  withdrawnVersion: "Version {n} was withdrawn; showing the current one.",
  noRoadHere: "No road within {pixels} px of the click: zoom in and click nearer.",
  clickRoadsCloser: "Click one or more roads on the map. Zoom in first: from here two carriageways look like one road.",
  matchedTo_one: "Matched to {n} road segment.", matchedTo_other: "Matched to {n} road segments.",
  matchedNone: "Not matched to any road, so it changes no way: {why}",
  wholeArea: "Show the whole area", map: "Map", both: "both directions", forward: "forward only", backward: "backward only",
  now: "now", blocked: "blocked", delay_only: "delay only",
};

const plural = new Intl.PluralRules("en");

/** The text of a key with its placeholders filled; a number `n` picks the plural form. */
export function t(key, values = {}) {
  let text = EN[key];
  if (text === undefined && typeof values.n === "number") {
    text = EN[`${key}_${plural.select(values.n)}`] ?? EN[`${key}_other`];
  }
  if (text === undefined) throw new Error(`No text for ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** A vocabulary's word with a capital, as the items of lists and the values of facts begin. */
export function heading(code) {
  const text = word(code);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A vocabulary's word for people: its own text if there is one, else without underscores. */
export function word(code) {
  if (code === null || code === undefined) return t("notKnown");
  return EN[code] ?? String(code).replaceAll("_", " ");
}
