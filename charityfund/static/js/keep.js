// Keeps what is typed while it is typed; without this, the button beside the status does the same.
const form = document.querySelector("form[data-keep]");
const told = document.getElementById("kept");
if (form && told) {
  const PAUSE = 1500;
  const AGAIN = 20000;
  let timer = 0;
  let isFlying = false;
  let isTyped = false;
  let isSent = false;
  let pause = PAUSE;

  // A reader of the screen hears a sentence once, not at every keystroke.
  const say = (words) => { if (told.textContent !== words) told.textContent = words; };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(keep, wait);
  };

  async function keep(isLeaving) {
    if (isFlying || isSent || !isTyped) return;
    clearTimeout(timer);
    isFlying = true;
    isTyped = false;
    pause = PAUSE;
    // Signing in again on another page gave the browser another token.
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) form.elements.csrfmiddlewaretoken.value = token[1];
    const body = new URLSearchParams(new FormData(form));
    body.set("keep", "1");
    try {
      const answer = await fetch(location.href, {
        method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", keepalive: isLeaving === true,
      });
      if (isSent) return;
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        say(told.dataset.signedOut);
        isTyped = true;
        pause = AGAIN;
      } else if (answer.status >= 400 && answer.status !== 422 && answer.status < 500) {
        say(told.dataset.gone);
      } else {
        const kept = await answer.json();
        say(kept.said);
        if (kept.address) history.replaceState(null, "", kept.address);
      }
    } catch {
      say(told.dataset.lost);
      isTyped = true;
      pause = AGAIN;
    } finally {
      isFlying = false;
      if (isTyped) later(pause);
    }
  }

  form.addEventListener("input", () => {
    isTyped = true;
    later(PAUSE);
  });
  form.addEventListener("submit", () => {
    isSent = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => { isSent = false; });
  addEventListener("online", () => { if (isTyped) later(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) keep(true); });
}
