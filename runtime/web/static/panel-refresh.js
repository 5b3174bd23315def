/* Lists of running things are brought up to date by themselves: data-refresh says every how many
   seconds. Nothing moves under somebody's hand: it waits while rows are chosen, a menu, a dialog or
   an input is open, text is marked, or the window is hidden. The switch in the foot pauses it. */
(function () {
  "use strict";

  var KEY = "panel-refresh-off";

  function paused() {
    try { return localStorage.getItem(KEY) === "1"; } catch (error) { return false; }
  }

  function pause(wanted) {
    try { localStorage.setItem(KEY, wanted ? "1" : "0"); } catch (error) { /* private windows keep nothing */ }
  }

  function showSwitches() {
    document.querySelectorAll("[data-refresh-switch]").forEach(function (button) {
      var words = button.querySelector("span");
      button.dataset.on = button.dataset.on || words.textContent;
      words.textContent = paused() ? button.dataset.off : button.dataset.on;
      button.hidden = false;
    });
  }

  function busy(list) {
    var selection = window.getSelection();
    return document.visibilityState !== "visible" ||
      Boolean(document.querySelector("dialog[open], [popover]:popover-open, .pw-list details[open]")) ||
      Boolean(list.querySelector('tbody input[name="id"]:checked, .pw-filter-panel, .pw-columns, .pw-moving, .htmx-request')) ||
      (list.contains(document.activeElement) && !document.activeElement.matches("[data-refresh-switch]")) ||
      (!selection.isCollapsed && list.contains(selection.anchorNode));
  }

  /* Only what differs is put in place, so that a still list keeps its scroll and its focus. */
  function take(list, fresh) {
    var parts = [".pw-tabs", ".pw-empty", "tbody", ".pw-foot-text", ".pw-pages"];
    var alike = parts.every(function (part) {
      return Boolean(list.querySelector(part)) === Boolean(fresh.querySelector(part));
    });
    if (!alike) {
      list.replaceWith(fresh);
      if (window.htmx) window.htmx.process(fresh);
      document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
      showSwitches();
      return;
    }
    parts.forEach(function (part) {
      var old = list.querySelector(part), now = fresh.querySelector(part);
      if (!old || old.innerHTML === now.innerHTML) return;
      old.replaceChildren.apply(old, Array.from(now.childNodes));
      if (window.htmx) window.htmx.process(old);
    });
  }

  function refresh(list) {
    list.dataset.refreshing = "yes";
    return fetch(list.dataset.refreshFrom, {
      credentials: "same-origin",
      headers: { "HX-Request": "true", "X-Panel-Unattended": "1" },
    }).then(function (response) {
      if (!response.ok || response.redirected) { list.removeAttribute("data-refresh"); return ""; }
      return response.text();
    }).then(function (text) {
      var fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById(list.id);
      if (fresh && list.isConnected && !busy(list) && !paused()) take(list, document.importNode(fresh, true));
    }).catch(function () { /* The next turn tries again. */ }).then(function () {
      delete list.dataset.refreshing;
      list.dataset.refreshed = String(Date.now());
    });
  }

  function turn() {
    if (paused()) return;
    document.querySelectorAll("[data-refresh]").forEach(function (list) {
      var due = Number(list.dataset.refreshed || opened) + Number(list.dataset.refresh) * 1000;
      if (list.dataset.refreshing || Date.now() < due || busy(list)) return;
      refresh(list);
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-refresh-switch]");
    if (!button) return;
    pause(!paused());
    showSwitches();
  });

  var opened = Date.now();
  showSwitches();
  document.addEventListener("htmx:afterSwap", showSwitches);
  setInterval(turn, 1000);
})();
