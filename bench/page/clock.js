// One clock for several films. Each film plays by itself; whenever it shows a frame its place is compared with the clock's, and
// its speed is bent by a few percent until both agree. A film that falls far behind stops all of them until they stand on the
// same frame again. Standing still, all show the frame that was asked for.

const kDeadBand = 0.004;      // s that are not worth a correction
const kCatchUp = 0.3;         // s over which a difference is made good
const kMostBend = 0.2;        // of the speed
const kFarOff = 4;            // frames behind which bending does not help

class FilmClock {
  // films: video elements; on_frame(frame): the clock's frame, after each change.
  constructor(films, on_frame) {
    this.films = films;
    this.on_frame = on_frame;
    this.fps = 25;
    this.speed = 1;
    this.playing = false;      // films run and the clock counts
    this.wants_to_play = false;  // what the reader asked for; also true while films are brought together
    this.wanted = 0;           // frame, while standing still
    this.anchor = {media: 0, wall: 0};
    this.turn = 0;             // counts seeks: the latest one wins
    for (const film of films) this.watch(film);
  }

  // A film that is not there holds nobody up.
  get present() {
    return this.films.filter((film) => film.readyState >= 1 && !film.error);
  }

  get frames() {
    const lengths = this.present.map((film) => film.duration).filter((length) => Number.isFinite(length) && length > 0);
    return lengths.length ? Math.max(1, Math.round(Math.min(...lengths) * this.fps)) : 0;
  }

  seconds() {
    if (!this.playing) return (this.wanted + 0.5) / this.fps;
    return this.anchor.media + ((performance.now() - this.anchor.wall) / 1000) * this.speed;
  }

  frame() {
    return Math.max(0, Math.min(this.frames - 1, Math.floor(this.seconds() * this.fps + 1e-6)));
  }

  watch(film) {
    const again = film.requestVideoFrameCallback
      ? (callback) => film.requestVideoFrameCallback((_, info) => callback(info.mediaTime))
      : (callback) => requestAnimationFrame(() => callback(film.currentTime));
    const step = (shown) => {
      film.dataset.frame = String(Math.round(shown * this.fps - (film.requestVideoFrameCallback ? 0 : 0.5)));
      if (this.playing) this.correct();
      again(step);
    };
    again(step);
    // The last frame may have no successor that would bring us round.
    film.addEventListener("ended", () => { if (this.playing) this.restart(0); });
    // A key of the keyboard, or the system, may stop one of them.
    film.addEventListener("pause", () => { if (this.playing && !film.ended) this.pause(); });
  }

  // All of them whenever one shows a frame: one that is stuck shows none.
  correct() {
    const now = this.seconds();
    if (now * this.fps >= this.frames - 0.5) {
      this.restart(0);
      return;
    }
    for (const film of this.present) {
      const ahead = film.currentTime - now;
      if (Math.abs(ahead) * this.fps > kFarOff * this.speed + 1) {
        this.restart(Math.floor(now * this.fps));
        return;
      }
      const bend = Math.abs(ahead) < kDeadBand ? 0 : Math.max(-kMostBend, Math.min(kMostBend, ahead / kCatchUp));
      film.playbackRate = this.speed * (1 - bend);
    }
    this.on_frame(this.frame());
  }

  // All films to one frame; resolves when they show it, at once if another call has come meanwhile (false).
  async seek(frame) {
    const turn = ++this.turn;
    this.pause_films();
    this.wanted = Math.max(0, Math.min(this.frames - 1, frame));
    this.on_frame(this.wanted);
    await Promise.all(this.present.map((film) => this.place(film, (this.wanted + 0.5) / this.fps)));
    return turn === this.turn;
  }

  place(film, seconds) {
    // The middle of a frame: both its ends may be rounded to a neighbour.
    if (Math.abs(film.currentTime - seconds) < 1e-3 && !film.seeking && film.readyState >= 2) return Promise.resolve();
    return new Promise((done) => {
      film.addEventListener("seeked", done, {once: true});
      film.addEventListener("error", done, {once: true});
      film.currentTime = seconds;
    });
  }

  pause_films() {
    this.playing = false;
    for (const film of this.films) film.pause();
  }

  async play() {
    if (!this.frames) return;
    await this.restart(this.wanted >= this.frames - 1 ? 0 : this.wanted);
  }

  async pause() {
    const frame = this.frame();
    this.wants_to_play = false;
    await this.seek(frame);
  }

  async restart(frame) {
    this.wants_to_play = true;
    if (!(await this.seek(frame)) || !this.wants_to_play) return;
    const turn = this.turn;
    for (const film of this.present) film.playbackRate = this.speed;
    const started = await Promise.allSettled(this.present.map((film) => film.play()));
    if (turn !== this.turn) return;
    if (started.some((result) => result.status === "rejected")) {
      this.wants_to_play = false;
      this.pause_films();
      return;
    }
    this.anchor = {media: Math.min(...this.present.map((film) => film.currentTime)), wall: performance.now()};
    this.playing = true;
  }

  // Steps to another frame; goes on playing if it did.
  async go_to(frame) {
    await (this.wants_to_play ? this.restart(frame) : this.seek(frame));
  }

  set_speed(speed) {
    this.anchor = {media: this.seconds(), wall: performance.now()};
    this.speed = speed;
    for (const film of this.present) film.playbackRate = speed;
  }
}
