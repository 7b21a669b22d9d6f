/* Reads dates as people write them, with the rules of the page, as `yishi/model/date_expressions` does; both are tested with
   one table. A date is {precision, day, last, about, words}; days are counted from 1970. Plain script, Chromium 80. */
(function () {
"use strict";

const DAY = 86400000;

function dayOf(year, month, day) {
  const found = new Date(Date.UTC(year, month - 1, day));
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day ? found.getTime() / DAY : null;
}

function partsOf(day) {
  const date = new Date(day * DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: (date.getUTCDay() + 6) % 7 };
}

function monthLength(year, month) { return new Date(Date.UTC(year, month, 0)).getUTCDate(); }

function isoDay(day) { return new Date(day * DAY).toISOString().slice(0, 10); }

function dayFromIso(text) { return Date.parse(`${text}T00:00:00Z`) / DAY; }

/* The first day of the month that lies so many months after that of `day`. */
function addMonths(day, months) {
  const { year, month } = partsOf(day);
  const number = year * 12 + month - 1 + months;
  return { year: Math.floor(number / 12), month: (number % 12) + 1 };
}

/* --- dates --- */

function dateOf(precision, day, last = null, about = false) { return { precision, day, last, about, words: "" }; }

/* The last day that is named. */
function lastNamed(when) {
  if (when.precision !== "month" && when.precision !== "year") return when.last === null ? when.day : when.last;
  const { year, month } = partsOf(when.day), end = when.precision === "month" ? month : 12;
  return dayOf(year, end, monthLength(year, end));
}

function isMonthEnd(day) { return partsOf(day + 1).day === 1; }

function spanOf(first, last, precision) {
  const from = partsOf(first), to = partsOf(last);
  if (first === last) return dateOf("day", first);
  if (precision === "within" && from.day === 1 && isMonthEnd(last) && from.year === to.year) {
    if (from.month === to.month) return dateOf("month", first);
    if (from.month === 1 && to.month === 12) return dateOf("year", first);
  }
  return dateOf(precision, first, last);
}

/* How finely a date is told. */
function unitOf(when) {
  if (when.last === null) return when.precision === "by" ? "day" : when.precision;
  const from = partsOf(when.day), to = partsOf(when.last);
  if (from.day !== 1 || !isMonthEnd(when.last)) return "day";
  if (from.month === 1 && to.month === 12 && from.year !== to.year) return "year";
  return from.month !== to.month || from.year !== to.year ? "month" : "day";
}

/* A date in the notation of records. */
function spellDate(when, isChinese) {
  if (when.precision === "unknown") return isChinese ? "未知" : "unknown";
  const length = { day: 10, month: 7, year: 4 }[unitOf(when)];
  const ends = when.last === null ? [when.day] : [when.day, when.last];
  const text = ends.map((day) => isoDay(day).slice(0, length)).join(when.precision === "within" ? ".." : "/");
  const before = when.precision === "by" ? ["by ", "不晚于 "] : when.about ? ["about ", "约 "] : ["", ""];
  const words = when.words && (isChinese ? `（${when.words}）` : ` (${when.words})`);
  return before[isChinese ? 1 : 0] + text + words;
}

const NOTATION = /^(?:(by\s+|不晚于\s*)|(about\s+|约\s*))?(\d{4}[^\s.(（~]*?)(~)?(?:(\.\.|\/)(\d{4}[^\s(（]*))?(?:\s*[(（]([^()（）]+)[)）])?$/i;
const CALENDAR = /^(\d{4})(?:[-/年](\d{1,2})(?:[-/月](\d{1,2})日?|月)?|年)?$/;

function parseCalendar(text) {
  const [, year, month, day] = (CALENDAR.exec(text) || []).map(Number);
  const first = dayOf(year, month || 1, day || 1);
  return year && first !== null ? dateOf(day ? "day" : month ? "month" : "year", first) : null;
}

/* A date in the notation of records, or null. */
function parseDate(text) {
  const match = NOTATION.exec(text.normalize("NFKC").trim());
  if (!match) return null;
  const [, by, about, start, mark, between, end, words] = match, first = parseCalendar(start), last = end ? parseCalendar(end) : null;
  if (!first || (end && !last) || (by && (end || mark))) return null;
  const when = last ? spanOf(first.day, lastNamed(last), between === "/" ? "range" : "within") : first;
  if (by) return Object.assign(dateOf("by", lastNamed(first)), { words: words || "" });
  return Object.assign(when, { about: Boolean(about || mark), words: words || "" });
}

/* The first and the last day that a date can be of ("" = nothing bounds it); of what is no date, none. */
function daySpan(text) {
  const when = parseDate(text || "");
  if (!when) return { first: "", last: "" };
  const unit = unitOf(when), last = lastNamed(when);
  return { first: when.precision === "by" ? "" : isoDay(widen(when.day, when.about, unit, -1)), last: isoDay(widen(last, when.about, unit, 1)) };
}

/* What is approximate may be off by a week, a month or a year. */
function widen(day, about, unit, way) {
  if (!about) return day;
  if (unit === "day") return day + 7 * way;
  const { year, month } = addMonths(day, way * (unit === "month" ? 1 : 12));
  return dayOf(year, month, way < 0 ? 1 : monthLength(year, month));
}

/* --- text → dates; a reading is {spans, doubt}, or null --- */

const compiled = new Map();

function matchWhole(pattern, text) {
  if (!compiled.has(pattern)) compiled.set(pattern, new RegExp(`^(?:${pattern})$`, "u"));
  return compiled.get(pattern).exec(text);
}

const SAYS_NO_MORE = /^(?:[\d\s./。,、~年月日号份至到—–-]|不[晚迟]于|[之以]?前|大?约|左右|by|before|about|to)+$/;

/* What the date written as `text` means: {date, proposals}. `context`: {day: ISO, order, direction}; `rules`: of the page. */
function interpretDate(text, context, rules) {
  const whole = text.normalize("NFKC"), reader = new Reader(rules, Object.assign({}, context, { day: dayFromIso(context.day) }));
  const narrow = whole.replace(/\s+/g, " ").replace(/^[ .。,，;；]+|[ .。,，;；]+$/g, "").toLowerCase().replace(/○/g, "〇")
    .replace(/[—–‐−－]/g, "-");
  const ordered = () => rules.moves.reduce((told, [pattern, order]) => told.replace(new RegExp(pattern, "u"), order), narrow);
  const found = narrow.length > 60 ? null : reader.read(ordered(), {}, 0);
  if (!found) return { date: null, proposals: [] };
  const seen = new Set(), words = whole.split(/\s+/).filter(Boolean).join(" ");
  const dates = found.spans.map((when) => withWords(when, words)).filter((when) => {
    const key = spellDate(when), isNew = !seen.has(key) && (when.day === null || /^(?:19|20|2100)/.test(isoDay(when.day)));
    seen.add(key);
    return isNew;
  });
  if (dates.length === 1 && !found.doubt) return { date: dates[0], proposals: [] };
  return { date: null, proposals: dates.sort((a, b) => a.day - b.day) };
}

/* The writer's words beside a date that is less than a day, a month or a year. */
function withWords(when, words) {
  const saysMore = when.about || ["within", "range", "by"].includes(when.precision);
  return saysMore && !SAYS_NO_MORE.test(words) ? Object.assign({}, when, { words: words.replace(/[()\n]/g, " ").trim() }) : when;
}

const has = (groups, ...names) => names.some((name) => name in groups);
const YEARS = ["y", "yy", "ry"], MONTHS = ["m", "mon", "rm", "a"];

function pick(groups, names) {
  return names.reduce((found, name) => (name in groups ? Object.assign(found, { [name]: groups[name] }) : found), {});
}

class Reader {
  constructor(rules, context) {
    Object.assign(this, { rules, context, today: context.day, now: partsOf(context.day) });
  }

  /* `flags`: what wrappers around the text have said of it. */
  read(text, flags, depth) {
    if (!depth && matchWhole(this.rules.unknown, text)) return { spans: [dateOf("unknown", null)] };
    const groups = this.match(text, this.rules.rules);
    const found = groups && this.resolve(Object.assign(groups, flags.exact ? { exact: true } : {}));
    if (found && found.spans.length) return this.applyFlags(found, flags);
    const range = flags.about ? null : this.readRange(text, flags.between);
    if (range) return this.applyFlags(range, flags);
    for (const [pattern, sets] of depth < 4 ? this.rules.wrappers : []) {
      const match = matchWhole(pattern, text);
      const inner = match && this.read(match.groups.rest.trim(), Object.assign({}, flags, sets,
        sets.weekday ? { weekday: match.groups.wd } : {}), depth + 1);
      if (inner) return inner;
    }
    return null;
  }

  match(text, list) {
    for (const [pattern, adds] of list) {
      const match = matchWhole(pattern, text);
      if (match) {
        const groups = match.groups || {};
        return Object.assign(pick(groups, Object.keys(groups).filter((name) => groups[name])), adds);
      }
    }
    return null;
  }

  applyFlags(found, flags) {
    let { spans } = found, doubt = found.doubt || Boolean(flags.doubt);
    if (flags.weekday) {
      const number = this.word("weekday", flags.weekday);
      const fitting = spans.filter((when) => when.precision === "day" && partsOf(when.day).weekday === number);
      doubt = doubt || !fitting.length;
      if (fitting.length) spans = fitting;
    }
    if (flags.week) spans = spans.map((when) => (when.precision === "day" ? this.weekOf(when.day) : when));
    if (flags.about) spans = spans.map((when) => Object.assign({}, when, { about: true }));
    if (flags.by) {
      if (spans.some((when) => when.about && unitOf(when) !== "day")) return null;
      spans = spans.map((when) => dateOf("by", lastNamed(when)));
    }
    return { spans, doubt };
  }

  weekOf(day) {
    const monday = day - partsOf(day).weekday;
    return spanOf(monday, monday + 6, "within");
  }

  /* --- ranges --- */

  readRange(text, isWithin) {
    for (const join of text.matchAll(new RegExp(this.rules.joins, "gu"))) {
      const first = this.matchEnd(text.slice(0, join.index).trim()), last = this.matchEnd(text.slice(join.index + join[0].length).trim());
      const found = first && last && this.joinEnds(...this.completeEnds(first, last), isWithin);
      if (found) return found;
    }
    return null;
  }

  matchEnd(text) {
    const bare = this.match(text, this.rules.ends);
    if (bare) return bare;
    for (const [pattern, sets] of this.rules.wrappers) {
      const match = Object.keys(sets).length ? null : matchWhole(pattern, text);
      const groups = match && this.match(match.groups.rest.trim(), this.rules.rules);
      if (groups) return groups;
    }
    return this.match(text, this.rules.rules);
  }

  completeEnds(begin, end) {
    const first = asUnitOf(begin, end), last = asUnitOf(end, begin);
    [[last, first], [first, last]].forEach(([one, other]) => {
      const needsMonth = has(one, "d", "part") && !has(one, ...MONTHS);
      if (needsMonth && "a" in other && "d" in one && one === last) { /* 9.11-15 */
        Object.assign(one, { a: other.a, b: one.d });
        delete one.d;
      } else if (needsMonth) {
        Object.assign(one, pick(other, MONTHS.slice(0, 3)));
      }
      if (!has(one, ...YEARS) && (one === first || needsMonth || !("rm" in other))) Object.assign(one, pick(other, YEARS));
    });
    return [first, last];
  }

  joinEnds(first, last, isWithin) {
    const begin = this.resolve(first), spans = [];
    begin.spans.forEach((when) => {
      const end = this.resolveEnd(last, when), until = end && lastNamed(end);
      if (end && when.day < until && when.precision === end.precision && !when.about && !end.about) {
        spans.push(spanOf(when.day, until, isWithin ? "within" : "range"));
      }
    });
    return spans.length ? { spans, doubt: begin.doubt || Boolean(last.doubt) } : null;
  }

  /* The end of a range; without a year the next one after its beginning. */
  resolveEnd(last, begin) {
    const groups = Object.assign({}, last);
    delete groups.doubt;
    if (has(groups, ...YEARS, "rm", "rd", "rw")) return single(this.resolve(groups));
    const from = partsOf(begin.day);
    for (const year of [from.year, from.year + 1]) {
      const end = single(this.resolve(Object.assign({}, groups, { y: String(year) })));
      if (end && end.day > begin.day) {
        const isSameMonth = partsOf(end.day).month === from.month;
        return end.day - begin.day <= 183 && !(isSameMonth && year > from.year) ? end : null;
      }
    }
    return null;
  }

  /* --- groups → dates --- */

  resolve(groups) {
    const found = this.resolveKind(groups);
    return { spans: found.spans, doubt: Boolean(found.doubt || groups.doubt) };
  }

  resolveKind(groups) {
    if (has(groups, "rd")) return { spans: [dateOf("day", this.today + this.word("day", groups.rd))] };
    if (has(groups, "ago")) return this.resolveAgo(groups);
    if (has(groups, "rw", "wd")) return this.resolveWeek(groups);
    if (has(groups, "fest")) return this.resolveFestival(groups);
    if (has(groups, "lm")) return this.resolveLunar(groups);
    return has(groups, "a") ? this.resolveNumbers(groups) : this.resolveCalendar(groups);
  }

  resolveAgo(groups) {
    const written = groups.unit || groups.unit2, unit = this.rules.words.unit[written] || written;
    if (groups.ago === "几") return { spans: [spanOf(this.today - 7, this.today - 1, "within")] };
    const half = groups.ago === "半", number = half ? 1 : this.number(groups.ago);
    if (unit === "day") return { spans: half ? [] : [dateOf("day", this.today - number)] };
    if (unit === "week" || (half && unit === "month")) {
      return { spans: [dateOf("day", this.today - (unit === "month" ? 15 : 7 * number), null, true)] };
    }
    if (unit === "year" && !half) return { spans: [dateOf("year", dayOf(this.now.year - number, 1, 1), null, true)] };
    const { year, month } = addMonths(this.today, half ? -6 : -number);
    return { spans: [dateOf("month", dayOf(year, month, 1), null, true)] };
  }

  resolveWeek(groups) {
    const monday = this.today - this.now.weekday, word = groups.wd || "";
    const [first, days] = word === "末" ? [5, 2] : word ? [this.word("weekday", word), 1] : [0, 7];
    const week = (offset) => spanOf(monday + 7 * offset + first, monday + 7 * offset + first + days - 1, "within");
    if (groups.rw === "recent" || groups.rw === "coming") {
      const way = groups.rw === "recent" ? -1 : 1;
      return { spans: [[0, way].map(week).find((when) => way * (when.day - this.today) > 0), week(way)] };
    }
    if (groups.rw) return { spans: [week(this.word("week", groups.rw))] };
    const { direction } = this.context;
    return this.choose([-1, 0, 1, 2].map(week), direction !== "future", direction === "past" ? 0 : 7);
  }

  resolveFestival(groups) {
    const { fest } = this.rules.words, starts = Object.keys(fest).filter((key) => groups.fest.startsWith(key));
    const [month, day, ...kinds] = fest[starts.reduce((one, other) => (other.length > one.length ? other : one))];
    const make = (year) => {
      const found = this.festivalDay(year, month, day, kinds);
      return found === null ? null : dateOf("day", found, null, kinds.includes("about") && !groups.exact);
    };
    const years = this.years(groups);
    return this.chooseYear(make, kinds.includes("lunar") && month > 10 && years.length ? [years[0] - 1, years[0]] : years);
  }

  festivalDay(year, month, day, kinds) {
    if (kinds.includes("lunar")) return this.lunarDay(year, month, day);
    if (!kinds.includes("term") && !kinds.includes("easter")) return dayOf(year, month, day);
    if (!this.rules.years[year]) return null;
    const [qingming, dongzhi, easter] = this.rules.years[year].split(" ").slice(3);
    if (kinds.includes("easter")) return dayOf(year, Number(easter.slice(0, 2)), Number(easter.slice(2))) + month;
    return dayOf(year, month, Number(month === 4 ? qingming : dongzhi));
  }

  resolveLunar(groups) {
    const month = this.number(groups.lm), years = this.years(groups);
    const day = groups.ld ? this.number(groups.ld.replace(/^初/, "")) : 1;
    const make = (year) => {
      const found = day ? this.lunarDay(year, month, day) : null;
      const last = groups.ld ? found : this.lunarDay(year, month, 30) ?? this.lunarDay(year, month, 29);
      return found === null ? null : spanOf(found, last, "within");
    };
    return this.chooseYear(make, years.length && month > 10 ? [years[0] - 1, years[0]] : years);
  }

  lunarDay(year, month, day) {
    if (!this.rules.years[year] || month < 1 || month > 12) return null;
    const [first, months, leap] = this.rules.years[year].split(" "), length = (sign) => (sign === "9" ? 29 : 30);
    const index = month - 1 + (Number(leap) > 0 && Number(leap) < month ? 1 : 0);
    if (day > length(months[index])) return null;
    const before = Array.from(months.slice(0, index), length).reduce((sum, one) => sum + one, 0);
    return dayOf(year, Number(first.slice(0, 2)), Number(first.slice(2))) + before + day - 1;
  }

  /* Numbers in the order of the country; both readings where it is not known. */
  resolveNumbers(groups) {
    const { a, b, c = "", ...rest } = groups, { order } = this.context;
    const readings = this.possibleOrders(a, c).map((one) => this.resolveCalendar(Object.assign({}, rest, nameNumbers(a, b, c, one))));
    const spans = readings.flatMap((found) => found.spans);
    if (spans.length) return { spans, doubt: readings.some((found) => found.doubt) };
    const isMonth = !c && order === "YMD" && a.length === 2 && Number(a) > 19 && !("ry" in groups);
    const other = isMonth ? { yy: a, m: b } : Object.assign({}, rest, nameNumbers(a, b, c, order === "DMY" ? "MDY" : "DMY"));
    return { spans: this.resolveCalendar(other).spans, doubt: true };
  }

  possibleOrders(a, c) {
    const { order } = this.context;
    if (order !== "YMD" || !c) return order ? [order] : ["DMY", "MDY"];
    if (c.length === 4) return ["DMY", "MDY"];
    const age = this.now.year - 2000 - Number(a);
    return a.length < 2 || age < 0 || age > 10 ? ["YMD", "DMY", "MDY"] : ["YMD"];
  }

  resolveCalendar(groups) {
    if (!has(groups, "m", "mon", "rm", "d", "part")) return this.resolveYear(groups);
    const [month] = this.months(groups), make = (year) => this.makeInMonth(groups, year, month);
    const isEnd = "part" in groups && this.rules.words.part[groups.part].includes("end");
    if ("rm" in groups) {
      const then = addMonths(this.today, this.word("month", groups.rm));
      return { spans: [this.makeInMonth(groups, then.year, then.month)].filter(Boolean) };
    }
    if (month === undefined) { /* 15日, 月底 */
      const offsets = "part" in groups && this.context.direction !== "future" ? [-2, -1, 0] : [-2, -1, 0, 1, 2];
      const around = offsets.map((offset) => addMonths(this.today, offset));
      return this.choose(around.map((one) => this.makeInMonth(groups, one.year, one.month)).filter(Boolean), isEnd);
    }
    if (groups.ry === "last" || groups.ry === "next") return this.lastOrNext(make, groups.ry);
    return this.chooseYear(make, this.years(groups));
  }

  makeInMonth(groups, year, month) {
    if (month < 1 || month > 12) return null;
    const length = monthLength(year, month);
    if ("d" in groups) {
      const day = dayOf(year, month, this.number(groups.d));
      return day === null ? null : dateOf("day", day);
    }
    if ("part" in groups) {
      const [first, last] = this.rules.words.part[groups.part];
      return spanOf(dayOf(year, month, first), dayOf(year, month, Math.min(last, length)), "within");
    }
    if (!("m2" in groups)) return dateOf("month", dayOf(year, month, 1));
    return this.number(groups.m2) === month + 1 ? makeMonths(year, month, month + 1) : null;
  }

  resolveYear(groups) {
    if (has(groups, "decade", "decade2")) {
      const decade = groups.decade ? Number(groups.decade) : 1900 + this.number(groups.decade2);
      return { spans: [spanOf(dayOf(decade, 1, 1), dayOf(decade + 9, 12, 31), "within")] };
    }
    const years = this.years(groups), span = groups.span || groups.span2, isFuture = this.context.direction === "future";
    if (!span) return { spans: years.map((year) => dateOf("year", dayOf(year, 1, 1))) };
    const [first, last, kind] = this.rules.words.span[span.replace(/^第/, "")];
    const make = (year) => (years.length || isFuture || year <= this.now.year ? makeMonths(year, first, last) : null);
    if (groups.ry === "last" || groups.ry === "next") return this.lastOrNext((year) => makeMonths(year, first, last), groups.ry);
    const found = this.chooseYear(make, years, kind === "end");
    if (last <= 12 || !years.length) return found;
    const offset = "ry" in groups ? this.word("year", groups.ry) : null;
    const isUnclear = offset === null ? kind === "either" : offset === 0 ? this.now.month < 12 : offset === -1 && this.now.month <= 2;
    return isUnclear ? { spans: [makeMonths(years[0] - 1, first, last), ...found.spans] } : found;
  }

  /* `last April`: the last that was, or that of last year. */
  lastOrNext(make, word) {
    const offset = this.word("year", word), spans = this.spansAround(make), ofYear = make(this.now.year + offset);
    const nearest = offset < 0 ? spans.filter((when) => lastNamed(when) < this.today).slice(-1)
      : spans.filter((when) => when.day > this.today).slice(0, 1);
    return { spans: nearest.concat(ofYear || []) };
  }

  /* --- what is not written --- */

  chooseYear(make, years, isEnd) {
    if (years.length) return { spans: years.map(make).filter(Boolean) };
    return this.choose(this.spansAround(make), isEnd);
  }

  spansAround(make) {
    return [-5, -4, -3, -2, -1, 0, 1, 2].map((offset) => make(this.now.year + offset)).filter(Boolean);
  }

  /* Of spans in order the one that is meant, or both where it may be the last or the coming one. */
  choose(spans, isEnd, near) {
    const { direction } = this.context, { today } = this;
    const at = spans.findIndex((when, n) => n && when.day <= today && today <= lastNamed(when));
    if (at > 0) return { spans: isEnd && direction !== "future" ? [spans[at - 1], spans[at]] : [spans[at]] };
    const past = spans.filter((when) => when.day <= today).slice(-1), coming = spans.filter((when) => when.day > today).slice(0, 1);
    const distance = coming.length ? coming[0].day - today : 366;
    if (direction === "future") return { spans: distance <= 183 ? coming : past.concat(coming) };
    const limit = near === undefined ? { past: 7, any: 60 }[direction] : near;
    return { spans: distance <= limit || !past.length ? past.concat(coming) : past };
  }

  /* --- words → numbers --- */

  word(kind, text) {
    const words = this.rules.words[kind];
    return text in words ? words[text] : words[text.slice(0, 3)];
  }

  years(groups) {
    if ("y" in groups) return [digits(groups.y)];
    if ("yy" in groups) {
      const year = 2000 + digits(groups.yy.replace(/'/g, ""));
      return [year <= this.now.year + 10 ? year : year - 100];
    }
    return "ry" in groups ? [this.now.year + this.word("year", groups.ry)] : [];
  }

  months(groups) {
    if ("mon" in groups) return [this.rules.words.name.indexOf(groups.mon.slice(0, 3)) + 1];
    return "m" in groups ? [this.number(groups.m)] : [];
  }

  number(text) {
    if (/^\d+$/.test(text)) return Number(text);
    if (text in this.rules.words.number) return this.rules.words.number[text];
    const whole = text.replace("廿", "二十").replace("卅", "三十"), at = whole.indexOf("十");
    if (at < 0) return digits(whole);
    return (at ? digits(whole.slice(0, at)) : 1) * 10 + (at + 1 < whole.length ? digits(whole.slice(at + 1)) : 0);
  }
}

function single(found) { return found.spans.length === 1 && !found.doubt ? found.spans[0] : null; }

/* A bare number as a month beside a month, and as a year beside a year: 3-5月, 2024-25. */
function asUnitOf(end, other) {
  if (!end.bare || has(other, "d", "a", "b")) {
    const { bare, ...rest } = end;
    return rest;
  }
  return has(other, ...MONTHS) ? { m: end.d } : { yy: end.d, doubt: true };
}

/* The numbers as year, month and day; no month where a year has one digit only. */
function nameNumbers(a, b, c, order) {
  if (!c) return order === "DMY" ? { d: a, m: b } : { m: a, d: b };
  if (order === "YMD") return a.length === 2 ? { yy: a, m: b, d: c } : { m: "0" };
  if (c.length === 1) return { m: "0" };
  return Object.assign(c.length === 4 ? { y: c } : { yy: c }, order === "MDY" ? { m: a, d: b } : { d: a, m: b });
}

/* Some time from the first to the last month; month 14 is February of the next year. */
function makeMonths(year, first, last) {
  const end = last > 12 ? { year: year + 1, month: last - 12 } : { year, month: last };
  return spanOf(dayOf(year, first, 1), dayOf(end.year, end.month, monthLength(end.year, end.month)), "within");
}

function digits(text) {
  return Number(Array.from(text, (sign) => (/\d/.test(sign) ? sign : "〇一二三四五六七八九".indexOf(sign.replace("零", "〇")))).join(""));
}

window.yishi = Object.assign(window.yishi || {}, { interpretDate, spellDate, parseDate, daySpan });
})();
