// How files go up, for `upload.js` and `send.js`, which come after it: how long to wait before each new try, when a
// connection counts as cut (ms), how pictures are made smaller, and how a form is sent once more.
const PAUSES = [2000, 5000, 15000];
const STALLED = 60000;
const LONG_EDGE = 2000;

// A telephone's photograph is ten times larger than what is kept of it; whatever cannot be made smaller goes as it is.
const smaller = async (file) => {
  if (file.type !== "image/jpeg" || file.size < 1000000 || !window.createImageBitmap) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONG_EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.85); });
    return made && made.size < file.size ? made : file;
  } catch {
    return file;
  }
};

// As if its button was pressed, with what stands in it now. Telephones before 2022 know no `requestSubmit`.
const submitAgain = (form) => {
  if (form.requestSubmit) form.requestSubmit();
  else form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
};

// Whoever signed in again in another tab has another token than the page was made with.
const freshToken = (form) => {
  const kept = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  const input = form.querySelector("[name=csrfmiddlewaretoken]");
  if (kept) input.value = kept[1];
  return input.value;
};
