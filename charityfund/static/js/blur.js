// Dragging over the photograph writes one rectangle in percent; without this, the numbers are typed.
const photo = document.getElementById("photo");
const areas = document.getElementById("id_areas");
if (photo && areas) {
  const percent = (value, whole) => Math.min(100, Math.max(0, (value / whole) * 100));
  const place = (event) => {
    const box = photo.getBoundingClientRect();
    return [percent(event.clientX - box.left, box.width), percent(event.clientY - box.top, box.height)];
  };
  let start = null;
  photo.draggable = false;
  photo.style.touchAction = "none";
  photo.addEventListener("pointerdown", (event) => {
    start = place(event);
    photo.setPointerCapture(event.pointerId);
  });
  photo.addEventListener("pointercancel", () => { start = null; });
  photo.addEventListener("pointerup", (event) => {
    if (!start) return;
    const end = place(event);
    const sides = [Math.min(start[0], end[0]), Math.min(start[1], end[1]),
      Math.abs(start[0] - end[0]), Math.abs(start[1] - end[1])];
    start = null;
    if (sides[2] < 1 || sides[3] < 1) return;
    const line = sides.map((side) => side.toFixed(1)).join(", ");
    areas.value = areas.value.trim() ? `${areas.value.trim()}\n${line}` : line;
  });
}
