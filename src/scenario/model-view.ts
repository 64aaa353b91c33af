import type { Model } from '../model/model.ts';
import type { StateView } from './state-view.ts';

/** The state as the reference model holds it: no snapshot is taken, each question is a look at one dword. */
export function modelView(model: Model): StateView {
  const queries = model.queries();
  return {
    bdf: (f) => {
      const bdf = queries.bdf(f.path);
      return bdf < 0 ? f.bdf : bdf;
    },
    register: (f, offset, width) => queries.register(f.path, offset, width),
  };
}
