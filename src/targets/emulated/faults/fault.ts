/** What is known of a deliberate bug that can be switched on in the emulated target. */

export interface Fault {
  /** Id of the record of the real bug that it derives from, or a new name where it is synthetic. */
  id: string;
  /** What goes wrong, one sentence. */
  title: string;
  /** `synthetic`: no record of a real one, though it is easily made. */
  origin: { system: string; commit: string; date: string } | 'synthetic';
  area: string;
  /** 1: a single access shows it; 2: two to five in order; 3: state, timing or a rare combination. */
  difficulty: 1 | 2 | 3;
  /** Rules that the fault breaks; the first is its own, the others are as good a name for what is seen. */
  rules: readonly string[];
}

/** A real bug that these views of a machine cannot show, and why not. */
export interface Waiting {
  id: string;
  why: string;
}
