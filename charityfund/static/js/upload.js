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
  const signIn = box.querySelector("a");
  const address = form.getAttribute("action") || location.href;
  let tries = 0;
  let timer = 0;
  let isEdited = false;

  const say = (text, share) => {
    status.textContent = text;
    bar.hidden = share === undefined;
    if (share !== undefined) bar.value = share;
  };
  const waits = (isWaiting) => {
    form.querySelectorAll("button:not([type=button])").forEach((button) => { button.disabled = isWaiting; });
  };

  // What came back takes the page's place; where it is to be mended, the files that were chosen stay.
  const shows = (page, isRefused) => {
    const chosen = new Map(Array.from(form.querySelectorAll("input[type=file]"), (input) => [input.name, input]));
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

  // All stays as it is, for whoever filled it in to send it once more.
  const stops = (text, isSignedOut) => {
    tries = 0;
    say(text);
    retry.hidden = false;
    signIn.hidden = !isSignedOut;
    waits(false);
  };

  // What stands in the form now goes, and only when nothing else holds it back.
  const again = () => {
    clearTimeout(timer);
    timer = 0;
    say("");
    waits(false);
    submitAgain(form);
  };

  const lost = () => {
    if (tries < PAUSES.length && !isEdited) {
      say(words.again);
      timer = setTimeout(again, PAUSES[tries]);
      tries += 1;
    } else {
      stops(words.lost);
    }
  };

  // Only a page of ours says what became of the form; a gateway's own page does not.
  const answered = (request) => {
    const { pathname } = new URL(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const isOurs = page.querySelector("main#main") !== null;
    if (pathname === signIn.pathname) stops(words.gone, true);
    else if (request.status >= 500 || request.status === 429) lost();
    else if (isOurs && request.status === 422) shows(page, true);
    else if (request.status >= 400) stops(words.refused.replace("%s", request.status));
    else if (!isOurs) lost();
    else if (pathname !== new URL(address, location).pathname) location.assign(request.responseURL);
    else shows(page, false);
  };

  const send = (body) => {
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
      answered(request);
    });
    for (const kind of ["error", "abort"]) {
      request.addEventListener(kind, () => {
        clearTimeout(watch);
        lost();
      });
    }
    alive();
    request.send(body);
  };

  retry.addEventListener("click", again);
  window.addEventListener("online", () => { if (timer) again(); });
  // Whoever goes on writing is not done: nothing half written goes off by itself.
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, () => {
      isEdited = true;
      if (!timer) return;
      clearTimeout(timer);
      timer = 0;
      stops(words.lost);
    });
  }
  form.addEventListener("submit", async (event) => {
    const files = Array.from(form.querySelectorAll("input[type=file]"));
    if (event.defaultPrevented || !("always" in words || files.some((input) => input.files.length))) return;
    event.preventDefault();
    if (bar.hidden === false || timer) return;
    isEdited = false;
    retry.hidden = true;
    signIn.hidden = true;
    say(words.percent.replace("%s", 0), 0);
    freshToken(form);
    const sent = gathered(form, event.submitter);
    waits(true);
    send(await sent);
  });
};

document.querySelectorAll("[data-upload]").forEach(start);
