// A tree of links that opens in place: the ARIA tree pattern on top of nested lists that work without it.
//
// The server sends `ul[role=tree]`; in each `li` stands a `[role=treeitem]`, and after it the `ul[role=group]` of what is
// below. An item with something below carries `data-branch`, the address of a piece of page with its group. A link that
// stands for the rest of a branch is an item too and carries `data-more`, the address of the next items. What is open is
// kept in the address, so that it can be sent as a link.

const ITEM = '[role="treeitem"]';
const NEW_WORD = 1000; // ms after which typed letters begin a new word

function items(tree) {
  return [...tree.querySelectorAll(ITEM)].filter((item) => !item.closest('[aria-expanded="false"] + [role="group"]'));
}

function parentOf(item) {
  return item.closest('[role="group"]')?.previousElementSibling;
}

function groupOf(item) {
  return item.parentElement.querySelector(':scope > [role="group"]');
}

function linksOf(item) {
  return [...item.querySelectorAll('a, button')];
}

function mainLink(item) {
  return item.matches('a') ? item : item.querySelector('.tree-name');
}

function quiet(item) {
  item.tabIndex = -1;
  for (const link of linksOf(item)) link.tabIndex = -1;
}

function select(tree, item, { focus = true } = {}) {
  const before = tree.querySelector(`${ITEM}[tabindex="0"]`);
  if (before && before !== item) quiet(before);
  item.tabIndex = 0;
  // Only the links of the item where one is are stops of the Tab key; the toggle is on the arrow keys.
  for (const link of linksOf(item)) link.tabIndex = link.matches('.tree-toggle') ? -1 : 0;
  if (focus) {
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: 'nearest' });
  }
}

async function fetchList(address) {
  const response = await fetch(address, { headers: { Accept: 'text/html' }, credentials: 'same-origin' });
  if (!response.ok) throw new Error(String(response.status));
  const holder = document.createElement('template');
  holder.innerHTML = await response.text();
  const list = holder.content.querySelector('[role="group"]');
  if (!list) throw new Error('no list');
  for (const item of list.querySelectorAll(ITEM)) quiet(item);
  return list;
}

function keepAddress(tree) {
  const most = Number(tree.dataset.mostOpen || 0);
  if (!most) return;
  const open = [...tree.querySelectorAll(`${ITEM}[aria-expanded="true"]`)].map((item) => item.dataset.id);
  const address = new URL(location.href);
  address.searchParams.delete('open');
  address.searchParams.delete('closed');
  for (const id of open.slice(0, most)) address.searchParams.append('open', id);
  if (!open.length && tree.dataset.startsOpen) address.searchParams.set('closed', '1');
  history.replaceState(history.state, '', address);
}

function setExpanded(item, expanded) {
  item.setAttribute('aria-expanded', String(expanded));
  const toggle = item.querySelector('.tree-toggle');
  if (toggle) toggle.setAttribute('aria-label', toggle.dataset[expanded ? 'close' : 'open'] || toggle.getAttribute('aria-label'));
}

async function open(tree, item) {
  if (item.getAttribute('aria-expanded') !== 'false' || item.getAttribute('aria-busy') === 'true') return;
  if (!groupOf(item)) {
    item.setAttribute('aria-busy', 'true');
    try {
      item.after(await fetchList(item.dataset.branch));
    } catch {
      // The link does the same with a page of its own.
      location.href = mainLink(item).href;
      return;
    } finally {
      item.removeAttribute('aria-busy');
    }
  }
  setExpanded(item, true);
  keepAddress(tree);
}

function close(tree, item) {
  if (item.getAttribute('aria-expanded') !== 'true') return;
  const inside = groupOf(item)?.querySelector(`${ITEM}[tabindex="0"]`);
  setExpanded(item, false);
  if (inside) select(tree, item);
  keepAddress(tree);
}

async function more(tree, item) {
  if (item.getAttribute('aria-busy') === 'true') return;
  const had = item.contains(document.activeElement);
  item.setAttribute('aria-busy', 'true');
  let list;
  try {
    list = await fetchList(item.dataset.more);
  } catch {
    location.href = mainLink(item).href;
    return;
  }
  const first = list.querySelector(ITEM);
  item.parentElement.replaceWith(...list.children);
  if (first && (had || !tree.querySelector(`${ITEM}[tabindex="0"]`))) select(tree, first, { focus: had });
}

function step(tree, item, by) {
  const all = items(tree);
  const next = all[all.indexOf(item) + by];
  if (next) select(tree, next);
}

function byLetter(tree, item, word) {
  const all = items(tree);
  const from = all.indexOf(item) + (word.length === 1 ? 1 : 0);
  const wanted = word.toLocaleLowerCase();
  const found = [...all.slice(from), ...all.slice(0, from)].find((each) =>
    (mainLink(each)?.textContent || '').trim().toLocaleLowerCase().startsWith(wanted)
  );
  if (found) select(tree, found);
}

function keys(tree) {
  let word = '';
  let typed = 0;
  return (event) => {
    const item = event.target.closest(ITEM);
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const onItem = event.target === item;
    const expanded = item.getAttribute('aria-expanded');
    const actions = {
      ArrowDown: () => step(tree, item, 1),
      ArrowUp: () => step(tree, item, -1),
      Home: () => select(tree, items(tree)[0]),
      End: () => select(tree, items(tree).at(-1)),
      ArrowRight: () => {
        if (expanded === 'false') open(tree, item);
        else if (expanded === 'true') step(tree, item, 1);
      },
      ArrowLeft: () => {
        if (expanded === 'true') close(tree, item);
        else if (parentOf(item)) select(tree, parentOf(item));
      },
      '*': () => {
        const beside = item.closest('[role="group"], [role="tree"]');
        for (const each of beside.querySelectorAll(`:scope > li > ${ITEM}[aria-expanded="false"]`)) open(tree, each);
      },
    };
    let act = actions[event.key];
    if (!act && onItem && event.key === 'Enter') act = () => (item.dataset.more ? more(tree, item) : mainLink(item)?.click());
    if (!act && onItem && event.key === ' ') {
      act = () => {
        if (item.dataset.more) more(tree, item);
        else if (expanded === 'false') open(tree, item);
        else if (expanded === 'true') close(tree, item);
      };
    }
    if (!act && onItem && event.key.length === 1 && /\p{L}|\p{N}/u.test(event.key)) {
      word = event.timeStamp - typed < NEW_WORD ? word + event.key : event.key;
      typed = event.timeStamp;
      act = () => byLetter(tree, item, word);
    }
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

function clicks(tree) {
  return (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const item = event.target.closest(ITEM);
    if (!item) return;
    if (item.dataset.more) {
      event.preventDefault();
      more(tree, item);
      return;
    }
    if (event.target.closest('.tree-toggle')) {
      event.preventDefault();
      select(tree, item);
      if (item.getAttribute('aria-expanded') === 'false') open(tree, item);
      else close(tree, item);
    }
  };
}

function start(tree) {
  for (const item of tree.querySelectorAll(ITEM)) quiet(item);
  const marked = location.hash.startsWith('#p') ? document.getElementById(location.hash.slice(1)) : null;
  const first = marked && tree.contains(marked) ? marked : tree.querySelector(ITEM);
  if (!first) return;
  select(tree, first, { focus: first === marked });
  tree.addEventListener('keydown', keys(tree));
  tree.addEventListener('click', clicks(tree));
  tree.addEventListener('focusin', (event) => {
    const item = event.target.closest(ITEM);
    if (item && item.tabIndex !== 0) select(tree, item, { focus: false });
  });
}

for (const tree of document.querySelectorAll('[role="tree"]')) start(tree);
