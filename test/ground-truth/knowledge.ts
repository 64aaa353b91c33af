/** How much the model knows, whatever truth says: a model that knows nothing is never wrong. */

import { baseOf, bridgeView } from '../../src/model/bridge-view.ts';
import { bitCount } from '../../src/core/bit-count.ts';
import { Collector } from './scenario.ts';
import type { Comparison, Scenario } from './scenario.ts';

export function measureKnowledge({ functions }: Scenario): Comparison {
  const out = new Collector();
  for (const f of functions.values()) {
    out.count('functions');
    f.config.known.forEach((bits, d) => out.count(d < 0x40 ? 'bits below 100h' : 'bits above', bitCount(bits)));
    for (const region of f.regions) {
      if (region.exponent >= 0) out.count('sizes');
      if (region.exponent >= 0 && baseOf(region) !== undefined) out.count('addresses');
      if (region.decode === 'on') out.count('regions on');
    }
    const bridge = bridgeView(f);
    for (const window of [bridge?.io, bridge?.memory, bridge?.prefetchable]) {
      if (window !== undefined) out.count('windows');
    }
    f.msix?.table.known.forEach((bits) => out.count('MSI-X bits', bitCount(bits)));
  }
  return out;
}
