/* Lists: choosing rows, opening a row by a click anywhere on it, putting rows in another order. */
(function () {
  "use strict";

  function boxes(list) {
    return Array.from(list.querySelectorAll('tbody input[name="id"]'));
  }

  function ready(scope) {
    scope.querySelectorAll("[data-choose-all]").forEach(function (box) { box.hidden = false; });
  }

  function count(list) {
    var all = boxes(list);
    var chosen = all.filter(function (box) { return box.checked; }).length;
    var head = list.querySelector("[data-choose-all]");
    if (head) {
      head.checked = chosen > 0 && chosen === all.length;
      head.indeterminate = chosen > 0 && chosen < all.length;
    }
    var words = list.querySelector(".pw-bulk-count");
    if (words) words.textContent = words.dataset.words.replace("{count}", String(chosen));
  }

  var last = null;

  document.addEventListener("change", function (event) {
    var list = event.target.closest(".pw-list");
    if (!list) return;
    if (event.target.matches("[data-choose-all]")) {
      boxes(list).forEach(function (box) { box.checked = event.target.checked; });
      count(list);
    } else if (event.target.matches('tbody input[name="id"]')) {
      count(list);
    } else if (event.target.matches(".pw-operator, [data-redraw]")) {
      // Another comparison may need other inputs: the server draws them.
      var open = document.createElement("input");
      Object.assign(open, { type: "hidden", name: "filters", value: "1" });
      event.target.form.append(open);
      event.target.form.requestSubmit();
    }
  });

  document.addEventListener("click", function (event) {
    var box = event.target.closest('tbody input[name="id"]');
    if (box) {
      var list = box.closest(".pw-list");
      if (event.shiftKey && last && list.contains(last)) {
        var all = boxes(list);
        var ends = [all.indexOf(last), all.indexOf(box)].sort(function (a, b) { return a - b; });
        all.slice(ends[0], ends[1] + 1).forEach(function (each) { each.checked = box.checked; });
        count(list);
      }
      last = box;
      return;
    }
    var row = event.target.closest("tr[data-open]");
    if (!row || event.target.closest("a, button, input, label, summary, .x")) return;
    if (String(window.getSelection())) return;
    var link = row.querySelector("td.t a, td a");
    if (!link) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else location.href = link.href;
  });

  /* ------------------------------------------------------------- search while typing; tidy addresses */
  var waiting = null;

  document.addEventListener("input", function (event) {
    if (!event.target.matches("[data-search]")) return;
    clearTimeout(waiting);
    var form = event.target.form;
    waiting = setTimeout(function () { if (form.isConnected) form.requestSubmit(); }, 350);
  });

  // Enter does not wait, and what waited must not ask a second time.
  document.addEventListener("submit", function (event) {
    if (event.target.querySelector("[data-search]")) clearTimeout(waiting);
  }, true);

  // Empty inputs and the operators beside them would only make the address long.
  document.addEventListener("formdata", function (event) {
    if (!event.target.matches("form[data-tidy]")) return;
    var data = event.formData;
    if (data.get("filters")) return;
    Array.from(data.keys()).forEach(function (key) {
      if (!key.startsWith("op.")) {
        if (data.getAll(key).every(function (value) { return value === ""; })) data.delete(key);
        return;
      }
      var operator = data.get(key);
      var values = data.getAll("f." + key.slice(3)).filter(function (value) { return value !== ""; });
      if (!values.length && !["null", "not_null"].includes(operator)) data.delete(key);
    });
  });

  /* ------------------------------------------------------------- columns: a box that is ticked is shown last */
  document.addEventListener("change", function (event) {
    if (!event.target.matches('.pw-columns input[name="col"]')) return;
    var form = event.target.form;
    var shown = form.querySelector(".pw-columns-shown");
    if (event.target.checked && !shown.contains(event.target)) {
      var item = document.createElement("li");
      var grip = document.createElement("span");
      item.dataset.column = "";
      item.draggable = true;
      grip.className = "pw-grip";
      grip.textContent = "⠿";
      item.append(grip, event.target.closest("label"));
      shown.append(item);
      event.target.focus();
    }
  });

  var column = null;

  document.addEventListener("dragstart", function (event) {
    column = event.target.closest && event.target.closest("[data-column]");
    if (!column) return;
    event.dataTransfer.effectAllowed = "move";
    column.classList.add("pw-moving");
  });

  document.addEventListener("dragover", function (event) {
    var other = column && event.target.closest && event.target.closest("[data-column]");
    if (!other || other === column) return;
    event.preventDefault();
    var middle = other.getBoundingClientRect().top + other.offsetHeight / 2;
    other.parentNode.insertBefore(column, event.clientY < middle ? other : other.nextSibling);
  });

  document.addEventListener("dragend", function () {
    if (column) column.classList.remove("pw-moving");
    column = null;
  });

  /* ------------------------------------------------------------- order by dragging; the buttons do it too */
  var moving = null;

  document.addEventListener("dragstart", function (event) {
    if (!event.target.matches || !event.target.matches("tr .pw-grip")) return;
    moving = event.target.closest("tr");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(moving, 20, 20);
    moving.classList.add("pw-moving");
  });

  document.addEventListener("dragover", function (event) {
    var row = moving && event.target.closest && event.target.closest("tbody tr");
    if (!row || row === moving || row.parentNode !== moving.parentNode) return;
    event.preventDefault();
    var middle = row.getBoundingClientRect().top + row.offsetHeight / 2;
    row.parentNode.insertBefore(moving, event.clientY < middle ? row : row.nextSibling);
  });

  document.addEventListener("dragend", function () {
    if (!moving) return;
    var row = moving;
    moving = null;
    row.classList.remove("pw-moving");
    var form = document.getElementById("place");
    var data = new FormData(form);
    data.append("id", row.querySelector("[data-place]").dataset.place);
    var before = row.previousElementSibling && row.previousElementSibling.querySelector("[data-place]");
    data.append("after", before ? before.dataset.place : "");
    panel.fetch(form.action, { method: "POST", body: data })
      .then(function (response) { location.href = response.headers.get("X-Panel-Location") || location.href; })
      .catch(function () { location.reload(); });
  });

  ready(document);
  document.addEventListener("htmx:afterSwap", function () {
    ready(document);
    var search = document.querySelector("[data-search]");
    // The swap replaced the box under the typing fingers: give it back, with the caret at its end.
    if (search && waiting && document.activeElement === document.body) {
      search.focus();
      search.setSelectionRange(search.value.length, search.value.length);
    }
  });
})();
