
'use strict';
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* The matrix, and the cases below it with it. */
  const filter = document.getElementById('case-filter');
  const choices = all('input[name="outcome"]');
  const rows = all('.matrix tbody tr');
  const showCases = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    const outcomes = new Set(choices.filter((choice) => choice.checked).map((choice) => choice.value));
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const isShown = outcomes.has(row.dataset.outcome) && words.every((word) => text.includes(word));
      row.hidden = !isShown;
      document.getElementById(row.dataset.case).hidden = !isShown;
      if (isShown) count += 1;
    }
    document.getElementById('no-case').hidden = count > 0;
    document.getElementById('case-count').textContent = `${count} of ${rows.length} cases shown`;
  };
  filter.addEventListener('input', showCases);
  filter.form.addEventListener('submit', (event) => event.preventDefault());
  for (const choice of choices) choice.addEventListener('change', showCases);

  /* A case that is linked to is opened. */
  const openLinked = () => {
    const linked = document.getElementById(location.hash.slice(1));
    if (linked instanceof HTMLDetailsElement) {
      linked.open = true;
      linked.scrollIntoView();
      linked.querySelector('summary').focus({ preventScroll: true });
    }
  };
  window.addEventListener('hashchange', openLinked);
  openLinked();

  for (const log of all('section.log')) {
    const text = log.querySelector('.log-filter');
    const level = log.querySelector('.log-level');
    const count = log.querySelector('.log-count');
    const lines = all('li', log);
    const showLines = () => {
      const wanted = text.value.toLowerCase();
      let shown = 0;
      for (const line of lines) {
        const isShown =
          (level.value === '' || (line.dataset.level !== '' && level.value.includes(line.dataset.level))) &&
          line.textContent.toLowerCase().includes(wanted);
        line.hidden = !isShown;
        if (isShown) shown += 1;
      }
      const unit = lines.length === 1 ? 'line' : 'lines';
      count.textContent = `${shown === lines.length ? '' : `${shown} of `}${lines.length} ${unit}`;
    };
    text.addEventListener('input', showLines);
    level.addEventListener('change', showLines);
  }
}
