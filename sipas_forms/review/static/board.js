// The board: filled and refreshed every few seconds, so that it lives while `sipas read` runs.
"use strict";
const REFRESH = 5000; // ms

function bar(...parts) {
  const whole = make("div", { className: "bar" });
  for (const [name, share] of parts) {
    const part = make("i", { className: name });
    part.style.width = `${share}%`;
    whole.append(part);
  }
  return whole;
}

function interval(index) {
  const whole = make("div", { className: "scale" });
  if (!index) return whole;
  const [low, middle, high] = index.at;
  const range = make("i", { className: "range" });
  range.style.left = `${low}%`;
  range.style.width = `${Math.max(0.6, high - low)}%`;
  const dot = make("i", { className: "dot" });
  dot.style.left = `${middle}%`;
  whole.append(range, dot);
  return whole;
}

function cell(content, name = "") {
  return make("td", { className: name }, content);
}

function fill(data) {
  for (const spot of document.querySelectorAll("[data-total]")) spot.textContent = data.total[spot.dataset.total];
  for (const spot of document.querySelectorAll("[data-share]")) spot.style.width = `${data.shares[spot.dataset.share]}%`;
  fillMissing(data.missing, data.missing_more);
  byId("problems").textContent = data.problems;
  byId("index").textContent = data.index ? `${data.index.text}%` : data.ready ? "–" : "…";
  byId("interval").textContent = data.index ? `${data.index.interval}%` : "";
  let unit = "";
  byId("rows").replaceChildren(...data.rows.map((row) => {
    const first = row.unit !== unit;
    unit = row.unit;
    const fields = data.rows.filter((other) => other.unit === row.unit).length;
    const head = first ? [make("th", { scope: "rowgroup", rowSpan: fields }, row.unit)] : [];
    const forms = bar(["complete", row.shares.complete], ["back", row.shares.returned - row.shares.complete]);
    const needed = row.shares.settled + row.shares.open > 0 ? bar(["settled", row.shares.settled], ["open", row.shares.open]) : bar();
    const open = `${row.counts.doubtful} + ${row.counts.handwriting}`;
    const index = row.index ? `${row.index.text} (${row.index.interval})` : "–";
    return make("tr", { className: first ? "first" : "" }, ...head, cell(row.field, "field"), cell(forms, "wide"),
      cell(`${row.counts.returned} / ${row.counts.printed}`, "num"), cell(needed, "wide"), cell(open, "num"), cell(interval(row.index), "wide"), cell(index, "num"));
  }));
}

// Serials that are not back, a line for each cell; what is open stays open.
function fillMissing(serials, more) {
  const number = `${serials.length}${more ? "+" : ""}`;
  byId("missing").hidden = byId("not-back").hidden = !serials.length;
  byId("not-back").textContent = words("not_back", { n: number });
  byId("missing").querySelector("summary").textContent = words("not_back", { n: number });
  const cells = new Map();
  for (const serial of serials) {
    const name = serial.split("-").slice(0, 2).join("-");
    cells.set(name, [...(cells.get(name) || []), serial]);
  }
  const lines = [...cells].map(([name, found]) => make("p", {}, make("strong", {}, `${name} (${found.length}) `), ...found.map((serial) => make("code", {}, serial))));
  byId("missing").querySelector(".serials").replaceChildren(...lines);
}
byId("not-back").addEventListener("click", () => { byId("missing").open = true; });

async function refresh() {
  try {
    const reply = await fetch("/api/board");
    if (reply.status === 401) return alertLine(words("ended"));
    const data = await reply.json();
    fill(data);
    alertLine("");
    setTimeout(refresh, data.ready ? REFRESH : 1000);
  } catch {
    setTimeout(refresh, REFRESH);
  }
}
refresh();
