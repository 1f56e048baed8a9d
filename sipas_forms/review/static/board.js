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
  byId("problems").textContent = data.problems;
  byId("index").textContent = data.index ? `${data.index.text}%` : data.ready ? "–" : "…";
  byId("interval").textContent = data.index ? `${data.index.interval}%` : "";
  let unit = "";
  byId("rows").replaceChildren(...data.rows.map((row) => {
    const head = make("th", { scope: "row" }, row.unit === unit ? make("span", { className: "unseen" }, row.unit) : row.unit);
    const first = row.unit !== unit;
    unit = row.unit;
    const forms = bar(["complete", row.shares.complete], ["back", row.shares.returned - row.shares.complete]);
    const needed = row.shares.settled + row.shares.open > 0 ? bar(["settled", row.shares.settled], ["open", row.shares.open]) : bar();
    const open = `${row.counts.doubtful} + ${row.counts.handwriting}`;
    const index = row.index ? `${row.index.text} (${row.index.interval})` : "–";
    return make("tr", { className: first ? "first" : "" }, head, cell(row.field), cell(forms, "wide"),
      cell(`${row.counts.returned} / ${row.counts.printed}`, "num"), cell(needed, "wide"), cell(open, "num"), cell(interval(row.index), "wide"), cell(index, "num"));
  }));
}

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
