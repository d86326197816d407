// Keeps an open page right: asks for it anew when a render changed, and writes times as this browser's clock has them. Pages work without it.

const main = () => document.getElementById("main");

// Times --------------------------------------------------------------------------------------------------------------------------------------------------

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

// The same words as the server's.
function span(ms) {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

// The last ten minutes of a countdown are shown to the second.
function countdown(ms) {
  if (ms <= 0) return "now";
  const seconds = Math.floor(ms / 1000);
  return seconds >= 60 && seconds < 600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : span(ms);
}

function writeTimes() {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-as]")) {
    const at = new Date(time.dateTime);
    const utc = time.dateTime.replace("T", " ").replace(/\.\d+Z$/, "Z");
    const as = time.dataset.as;
    set(time, as === "ago" ? span(now - at) : as === "left" ? (at > now ? span(at - now) : "now") : as === "countdown" ? countdown(at - now) : local.format(at));
    const title = as === "at" ? `${utc} (UTC)` : `${local.format(at)} · ${utc} (UTC)`;
    if (time.title !== title) time.title = title;
  }
  for (const tick of document.querySelectorAll("[data-hour]")) set(tick, hour.format(new Date(tick.dataset.hour)));
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Looking again ------------------------------------------------------------------------------------------------------------------------------------------

const pause = 1000;
let shown = main()?.dataset.change ?? null; // number of the change that the page shows
let newest = shown; // number of the newest change
let lookedAt = 0;
let looking = false;
let events = null;

// Whoever is choosing, typing or selecting is not disturbed.
function isBusy() {
  const within = main();
  if (!within) return true;
  if (within.querySelector("input[name=id]:checked, details[data-hold][open]")) return true;
  const active = document.activeElement;
  if (active && within.contains(active) && active.matches("input:not([type=checkbox]), textarea, select")) return true;
  const selection = getSelection();
  return !!selection && !selection.isCollapsed && within.contains(selection.anchorNode);
}

function say(state) {
  const words = { on: ["Live", "The page follows every change by itself"], held: ["Paused", "It goes on when nothing is selected, open or being typed"], off: ["Offline", "The worker does not answer; tried again by itself"] }[state];
  const live = document.getElementById("live");
  if (!live) return;
  live.className = `live ${state}`;
  set(live, words[0]);
  live.title = words[1];
}

function look() {
  if (newest === shown || looking || document.hidden) return;
  if (isBusy()) return say("held");
  if (performance.now() - lookedAt < pause) return;
  say("on");
  looking = true;
  lookedAt = performance.now();
  Blazor.navigateTo(location.pathname + location.search, { replaceHistoryEntry: true });
}

function connect() {
  if (events || document.hidden) return;
  events = new EventSource("/live");
  events.addEventListener("change", e => {
    newest = e.data;
    say("on");
    look();
  });
  events.addEventListener("open", () => say(isBusy() && newest !== shown ? "held" : "on"));
  events.addEventListener("error", () => say("off"));
}

// A browser opens six connections to a host: hidden tabs give theirs back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    events?.close();
    events = null;
  } else {
    connect();
    look();
  }
});

// Keeping what people did to the page --------------------------------------------------------------------------------------------------------------------

function afterLoad() {
  looking = false;
  shown = main()?.dataset.change ?? shown;
  writeTimes();
  const all = document.getElementById("pick-all");
  if (all) all.closest("label").hidden = false;
  for (const area of document.querySelectorAll("textarea[data-lint]")) if (area.value.trim() && area.closest("form.new")) lint(area);
  const next = document.querySelector("form[data-continue]");
  if (next && !next.dataset.sent) {
    next.dataset.sent = "1";
    next.requestSubmit();
  }
}

document.addEventListener("change", e => {
  if (e.target.id === "pick-all") {
    for (const box of document.querySelectorAll("input[name=id]")) box.checked = e.target.checked;
  } else if (e.target.name === "id") {
    const all = document.getElementById("pick-all");
    const boxes = [...document.querySelectorAll("input[name=id]")];
    if (all) {
      all.checked = boxes.every(box => box.checked);
      all.indeterminate = !all.checked && boxes.some(box => box.checked);
    }
  }
});

// Hints about a prompt while it is written. Advice only: the prompt is taken with all of them.
const linted = new WeakMap();

function lint(area) {
  clearTimeout(linted.get(area));
  linted.set(area, setTimeout(async () => {
    const list = document.getElementById(area.getAttribute("aria-describedby"));
    const prompt = area.value.trim();
    if (!list) return;
    let hints = [];
    try {
      const body = JSON.stringify({ prompt, remix: area.dataset.lint === "remix" });
      const answer = prompt && await fetch("/api/lint", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      hints = answer && answer.ok ? (await answer.json()).hints : [];
    } catch {
      // The worker does not answer: no advice.
    }
    if (area.value.trim() !== prompt) return;
    list.replaceChildren(...hints.map(hint => {
      const item = document.createElement("li");
      const refused = hint.kind === "Guardrail";
      if (refused) item.className = "refused";
      const about = document.createElement("strong");
      about.textContent = { Guardrail: `May be refused, ${hint.about}: `, TooMany: `Too many ${hint.about}: ` }[hint.kind] ?? `No ${hint.about}: `;
      item.append(about, hint.advice);
      return item;
    }));
    list.hidden = hints.length === 0;
  }, 400));
}

document.addEventListener("input", e => {
  if (e.target.matches?.("textarea[data-lint]")) lint(e.target);
});

// Sent once. The server would pay once anyway; this shows it.
document.addEventListener("submit", e => {
  if (e.target.method !== "post") return;
  if (e.target.dataset.sending) return e.preventDefault();
  e.target.dataset.sending = "1";
  e.target.querySelectorAll("button").forEach(button => button.setAttribute("aria-disabled", "true"));
});
addEventListener("pageshow", e => {
  if (!e.persisted) return;
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelectorAll("button").forEach(button => button.removeAttribute("aria-disabled"));
  }
  connect();
});

// One menu at a time; Escape closes it and gives the focus back.
document.addEventListener("toggle", e => {
  if (!e.target.matches?.("details[data-hold]") || !e.target.open) return;
  for (const other of document.querySelectorAll("details[data-hold][open]")) if (other !== e.target) other.open = false;
  e.target.querySelector("textarea, input:not([type=hidden])")?.focus();
}, true);
document.addEventListener("keydown", e => {
  const open = e.key === "Escape" && document.querySelector("details[data-hold][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

Blazor.addEventListener("enhancedload", afterLoad);
afterLoad();
connect();
setInterval(() => { writeTimes(); look(); }, 1000);
