// A card's square brings the code behind the #, which no browser sends to anybody. It goes into the field and out of the
// address bar and the history; without this, it is typed.
const typed = document.getElementById("id_code");
const brought = location.hash.slice(1);
if (typed && /^[0-9A-Za-z-]{8,9}$/.test(brought)) {
  history.replaceState(null, "", location.pathname);
  typed.value = brought;
  typed.form.requestSubmit();
}
