/** A page of results grows old where it lies. Without this script it says until when it counts; with it, it takes its own word. */
const notice = document.getElementById('outdated');
const goodUntil = Date.parse(notice?.dataset.goodUntil ?? '');

if (notice !== null && goodUntil < Date.now()) {
  notice.hidden = false;
  for (const badge of document.querySelectorAll<HTMLElement>('.badge:is([data-status="kept"], [data-status="met"])')) {
    badge.textContent = badge.dataset.open ?? '';
    badge.dataset.tone = 'open';
    badge.dataset.status = 'open';
  }
}
