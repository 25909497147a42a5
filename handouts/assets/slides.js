// Starts the deck; the key S opens a window with the speaker's notes, which follows it.

let speaker = null;

const SPEAKER = `<!DOCTYPE html><html lang="en"><head><title>Speaker's notes</title><style>
body { font: 22px/1.5 system-ui, sans-serif; margin: 1.5rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.2em; } math { font-family: "STIX Two Math", math; }
footer { border-top: 1px solid #767676; padding-top: .5rem; }
</style></head><body><h1></h1><main></main><footer></footer></body></html>`;

function tell() {
  if (!speaker || speaker.closed) return;
  const slides = Reveal.getSlides(), place = slides.indexOf(Reveal.getCurrentSlide());
  const title = slide => slide?.querySelector('h1')?.textContent ?? 'the end';
  const page = speaker.document;
  page.querySelector('h1').textContent = `${place + 1} / ${slides.length}  ${title(slides[place])}`;
  page.querySelector('main').innerHTML = slides[place].querySelector('.notes')?.innerHTML ?? '';
  page.querySelector('footer').textContent = `Next: ${title(slides[place + 1])}`;
}

function openNotes() {
  speaker = window.open('', 'speaker', 'width=900,height=700');
  if (!speaker) return;
  speaker.document.open();
  speaker.document.write(SPEAKER);
  speaker.document.close();
  speaker.addEventListener('keydown', event => Reveal.triggerKey(event.keyCode));
  tell();
}

Reveal.initialize({
  width: 1100, height: 760, margin: 0.04, center: false, hash: true,
  slideNumber: 'c/t', transition: 'none', backgroundTransition: 'none',
  pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1,
});
Reveal.addKeyBinding({keyCode: 83, key: 'S', description: "Speaker's notes"}, openNotes);
Reveal.on('slidechanged', tell);
