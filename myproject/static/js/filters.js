// On a phone the filters of the list are folded away until they are wanted.
const box = document.querySelector('.filter-box');
if (box && matchMedia('(width <= 40rem)').matches && !box.querySelector('[aria-invalid]')) box.open = false;
