// A form with files (or with `data-always`, one whose files went up before it) goes up by itself, seen going: pictures are
// made smaller first, a cut connection is tried again, and files stay chosen when the form comes back with something to
// mend. Sending twice writes one row, so trying again is safe. Without this, the browser sends the same form.
const gathered = async (form, submitter) => {
  const body = new FormData();
  for (const [name, value] of new FormData(form, submitter)) {
    if (value instanceof File && value.size) body.append(name, await smaller(value), value.name);
    else body.append(name, value);
  }
  return body;
};

const start = (box) => {
  const form = box.closest("form");
  const words = box.dataset;
  const bar = box.querySelector("progress");
  const status = box.querySelector("[role=status]");
  const retry = box.querySelector("button");
  const address = form.getAttribute("action") || location.href;
  let body = null;
  let tries = 0;
  let timer = 0;

  const say = (text, share) => {
    status.textContent = text;
    bar.hidden = share === undefined;
    if (share !== undefined) bar.value = share;
  };
  const waits = (isWaiting) => {
    form.querySelectorAll("button:not([type=button])").forEach((button) => { button.disabled = isWaiting; });
  };

  // What came back takes the page's place; where it is to be mended, the files that were chosen stay.
  const shows = (text, isRefused) => {
    const chosen = new Map(Array.from(form.querySelectorAll("input[type=file]"), (input) => [input.name, input]));
    const page = new DOMParser().parseFromString(text, "text/html");
    document.title = page.title;
    const main = document.querySelector("main");
    main.replaceChildren(...page.querySelector("main").childNodes);
    if (isRefused) {
      main.querySelectorAll("form input[type=file]").forEach((input) => {
        if (chosen.get(input.name)?.files.length) input.replaceWith(chosen.get(input.name));
      });
    }
    document.querySelectorAll("[data-upload]").forEach(start);
    document.dispatchEvent(new Event("page-shown"));
    const told = main.querySelector("[role=alert], .errors, h1");
    if (told) {
      told.tabIndex = -1;
      told.focus();
    }
    window.scrollTo(0, 0);
  };

  const lost = () => {
    if (tries < PAUSES.length) {
      say(words.again);
      timer = setTimeout(send, PAUSES[tries]);
      tries += 1;
    } else {
      say(words.lost);
      retry.hidden = false;
      waits(false);
    }
  };

  const send = () => {
    clearTimeout(timer);
    timer = 0;
    retry.hidden = true;
    waits(true);
    const request = new XMLHttpRequest();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED);
    };
    request.open("POST", address);
    request.upload.addEventListener("progress", (event) => {
      alive();
      if (!event.lengthComputable) return;
      const share = event.loaded / event.total;
      say(share < 1 ? words.percent.replace("%s", Math.floor(share * 100)) : words.checking, share);
    });
    request.addEventListener("load", () => {
      clearTimeout(watch);
      if (request.status >= 500 || request.status === 429) lost();
      else if (new URL(request.responseURL).pathname !== new URL(address, location).pathname) {
        location.assign(request.responseURL);
      } else shows(request.responseText, request.status === 422);
    });
    for (const kind of ["error", "abort"]) {
      request.addEventListener(kind, () => {
        clearTimeout(watch);
        lost();
      });
    }
    say(words.percent.replace("%s", 0), 0);
    alive();
    request.send(body);
  };

  retry.addEventListener("click", () => {
    if (!body) return;
    tries = 0;
    send();
  });
  window.addEventListener("online", () => { if (timer) send(); });
  form.addEventListener("submit", async (event) => {
    const files = Array.from(form.querySelectorAll("input[type=file]"));
    if (event.defaultPrevented || !("always" in words || files.some((input) => input.files.length))) return;
    event.preventDefault();
    if (bar.hidden === false || timer) return;
    tries = 0;
    say(words.percent.replace("%s", 0), 0);
    body = await gathered(form, event.submitter);
    send();
  });
};

document.querySelectorAll("[data-upload]").forEach(start);
