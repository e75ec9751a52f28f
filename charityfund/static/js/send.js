// Files of a report go up one by one as soon as they are chosen. Each has a key of its own, so that one whose answer was
// lost is sent again and kept once. Without this, the form takes the same files all at once.
let handing = null;

const begin = () => {
  handing = null;
  const box = document.getElementById("sending");
  const input = document.getElementById("id_photos");
  if (!box || !input) return;
  const words = box.dataset;
  const list = box.querySelector("ul");
  const status = document.getElementById("sending-status");
  const form = input.form;
  const queue = [];
  let current = null;
  let isHandedIn = false;

  const say = (text) => { status.textContent = text; };
  const filled = (text, value) => text.replace("%s", value);

  const button = (text, act, holder) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button-line button-small";
    made.textContent = text;
    made.addEventListener("click", act);
    holder.append(made);
    return made;
  };

  const post = (fields, handlers) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, ...[].concat(value));
    body.append("csrfmiddlewaretoken", freshToken(form));
    const request = new XMLHttpRequest();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED);
    };
    const over = (answer) => {
      clearTimeout(watch);
      handlers.over(answer);
    };
    request.open("POST", words.address);
    request.upload.addEventListener("progress", (event) => {
      alive();
      if (handlers.progress && event.lengthComputable) handlers.progress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const isOurs = (request.getResponseHeader("Content-Type") || "").startsWith("application/json");
      if (isOurs) over({ status: request.status, ...JSON.parse(request.responseText) });
      else if (request.status >= 500 || request.status === 429) over(null);
      else over({ mayRetry: true, reason: new URL(request.responseURL).pathname === words.address ? words.lost : words.gone });
    });
    request.addEventListener("error", () => over(null));
    request.addEventListener("abort", () => over(null));
    alive();
    request.send(body);
    return request;
  };

  const left = () => queue.length + (current ? 1 : 0) + list.querySelectorAll(".sent-failed").length;

  const show = (row, text, share) => {
    row.words.textContent = text;
    row.bar.hidden = share === undefined;
    if (share !== undefined) row.bar.value = share;
  };

  // Lines that were sent lose their box to tick: they are taken back at once.
  const takeOver = (line) => {
    const label = line.querySelector(".sent-drop");
    if (!label) return;
    label.replaceWith(document.createElement("div"));
    const holder = line.lastElementChild;
    const remove = button(words.remove, () => {
      remove.hidden = true;
      post({ remove: line.dataset.key }, { over: (answer) => {
        if (answer && answer.status === 200) line.remove();
        else remove.hidden = false;
      } });
    }, holder);
  };

  const failed = (row, text, mayRetry) => {
    row.line.classList.add("sent-failed", "sent-stopped");
    show(row, `✗ ${text}`);
    row.retry.hidden = !mayRetry;
    say(`${row.name} ${text}`);
    isHandedIn = false;
  };

  const next = async () => {
    if (current || !queue.length) {
      if (left()) return;
      if (isHandedIn) {
        isHandedIn = false;
        say("");
        submitAgain(form);
      } else if (list.children.length) say(words.done);
      return;
    }
    const row = queue.shift();
    current = row;
    row.line.classList.remove("sent-failed", "sent-stopped");
    row.retry.hidden = true;
    show(row, filled(words.percent, 0), 0);
    row.body = row.body || await smaller(row.file);
    if (row.isGone) {
      current = null;
      next();
      return;
    }
    row.request = post({ key: row.key, file: [row.body, row.file.name] }, {
      progress: (share) => show(row, share < 1 ? filled(words.percent, Math.floor(share * 100)) : words.checking, share),
      over: (answer) => {
        current = null;
        if (row.isGone) {
          next();
          return;
        }
        if (answer && answer.line) {
          const made = document.createElement("template");
          made.innerHTML = answer.line;
          const line = made.content.firstElementChild;
          row.line.replaceWith(line);
          takeOver(line);
          say(filled("✓ %s", row.name));
        } else if (answer) {
          failed(row, answer.reason || words.lost, answer.mayRetry);
        } else if (row.tries < PAUSES.length) {
          show(row, words.again);
          row.line.classList.add("sent-failed");
          row.timer = setTimeout(() => again(row), PAUSES[row.tries]);
          row.tries += 1;
        } else {
          row.isLost = true;
          failed(row, words.lost, true);
        }
        next();
      },
    });
  };

  const again = (row) => {
    clearTimeout(row.timer);
    row.timer = 0;
    row.isLost = false;
    row.line.classList.remove("sent-failed", "sent-stopped");
    row.retry.hidden = true;
    show(row, words.waiting);
    queue.push(row);
    next();
  };

  const waiting = [];
  const add = (file) => {
    const line = document.createElement("li");
    line.className = "sent";
    const middle = document.createElement("div");
    const name = document.createElement("p");
    name.className = "sent-name";
    name.textContent = file.name;
    const text = document.createElement("p");
    text.className = "tiny";
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", file.name);
    middle.append(name, text, bar);
    const mark = document.createElement("span");
    mark.className = "sent-kind";
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = file.type === "application/pdf" ? "PDF" : "…";
    const holder = document.createElement("div");
    line.append(mark, middle, holder);
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const row = { file, key, line, bar, words: text, name: file.name, tries: 0, timer: 0, isGone: false, isLost: false };
    row.retry = button(words.retry, () => { row.tries = 0; again(row); }, holder);
    row.retry.hidden = true;
    button(words.remove, () => {
      row.isGone = true;
      clearTimeout(row.timer);
      line.remove();
      const place = queue.indexOf(row);
      if (place >= 0) queue.splice(place, 1);
      if (row.request) {
        row.request.abort();
        // It may have arrived although its answer did not.
        post({ remove: key }, { over: () => {} });
      }
      next();
    }, holder);
    list.append(line);
    show(row, words.waiting);
    waiting.push(row);
    queue.push(row);
  };

  list.querySelectorAll(".sent").forEach(takeOver);
  input.addEventListener("change", () => {
    // Whoever chooses one more is not done yet.
    isHandedIn = false;
    say("");
    Array.from(input.files).forEach(add);
    // What goes up by itself must not go up with the form once more.
    input.value = "";
    next();
  });
  window.addEventListener("online", () => {
    waiting.filter((row) => (row.timer || row.isLost) && !row.isGone).forEach((row) => {
      row.tries = 0;
      again(row);
    });
  });
  handing = (event) => {
    if (event.target !== form || !left()) return;
    event.preventDefault();
    isHandedIn = !list.querySelector(".sent-stopped");
    say(filled(isHandedIn ? words.soon : words.left, left()));
    status.scrollIntoView({ block: "center" });
  };
};

// On the way down to the form, so before whatever would send it, in whichever order the scripts came.
document.addEventListener("submit", (event) => { if (handing) handing(event); }, true);
begin();
// The form that came back with something to mend is another one.
document.addEventListener("page-shown", begin);
