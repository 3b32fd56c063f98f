// A drop zone around <input type="file" multiple>: drop, paste or choose; names and sizes shown before sending.

const sizeOf = (bytes) => {
  const units = [
    [1_000_000, "megabyte"],
    [1_000, "kilobyte"],
    [1, "byte"],
  ];
  const [scale, unit] = units.find(([limit]) => bytes >= limit) ?? units[2];
  const language = document.documentElement.lang || "fr";
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / scale);
};

const prepare = (zone) => {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector("[data-files]");
  if (!input || !list) return;

  // The browser speaks its own language on its button; ours shows where the list of files can be shown too.
  const chooser = zone.querySelector("[data-chooses]");
  if (chooser) {
    chooser.hidden = false;
    input.classList.add("hush");
  }

  const show = () => {
    list.replaceChildren(
      ...[...input.files].map((file) => {
        const line = document.createElement("li");
        const size = document.createElement("span");
        size.className = "faint nowrap";
        size.textContent = sizeOf(file.size);
        line.append(file.name, size);
        return line;
      }),
    );
    // data-sends: nothing more to choose, so the files leave at once.
    if (zone.hasAttribute("data-sends") && input.files.length) input.form.requestSubmit();
  };

  const add = (files) => {
    const all = new DataTransfer();
    const known = new Set();
    for (const file of [...(input.multiple ? input.files : []), ...files]) {
      const mark = `${file.name}/${file.size}/${file.lastModified}`;
      if (!known.has(mark)) all.items.add(file);
      known.add(mark);
    }
    input.files = all.files;
    show();
  };

  let depth = 0;
  const over = (on) => zone.classList.toggle("drop--over", on);
  zone.addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth += 1;
    over(true);
  });
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("dragleave", () => {
    depth -= 1;
    over(depth > 0);
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    if (event.dataTransfer.files.length) add(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) add(event.clipboardData.files);
  });
  input.addEventListener("change", show);
};

for (const zone of document.querySelectorAll("[data-drop]")) prepare(zone);

// A file dropped beside the zone must not replace the page.
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    if (event.dataTransfer?.types.includes("Files") && !event.target.closest?.("[data-drop]")) event.preventDefault();
  });
}
