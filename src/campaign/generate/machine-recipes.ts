/** What guests, and those who run them, do with resets, power, slots and snapshots. */

import { MSIX, WITHOUT_MESSAGES } from './interrupt-recipes.ts';
import { recipes } from './recipes.ts';

/** Registers that resets treat differently: some are kept by a function level reset, others by none. */
const REGISTERS = `config set fn.pcie+8 2 0x20
config set fn.pcie+0x10 2 0x41
config set fn.aer+8 4 0x1000
config set fn.pm+4 2 0x100
config write fn.line 1 0x2a`;

export const RESET_RECIPES = recipes(`
need fn flr
bring up fn
-
${REGISTERS}
flr fn
config read fn.cmd 4
bring up fn
-
config write fn.msix+2 2 0xc000
flr fn
bring up fn
program fn.msix[0] 1
unmask fn.msix[0]
config write fn.msix+2 2 0x8000
fire fn.msix[0]
-
program fn.msix[0] 2
unmask fn.msix[0]
flr fn
bring up fn
read fn.table 4
config read fn.msix 4

need fn flr
need fn1 beside fn
bring up fn
bring up fn1
-
flr fn
config read fn1.cmd 4
bring up fn
-
config write fn1.line 1 0x2a
flr fn
config read fn1.line 1
bring up fn
-
power fn d3
config read fn1.cmd 4
power fn d0
bring up fn
-
flr fn1
config read fn.cmd 4
bring up fn1

bring up fn
config set fn.pcie+8 2 0x8000
config read fn.cmd 4
bring up fn

need fn1 bridge
need fn below fn1
bring up fn
-
${REGISTERS}
bus reset fn1
config read fn.cmd 4
bring up fn
-
config write fn.msix+2 2 0xc000
bus reset fn1
bring up fn
program fn.msix[0] 1
unmask fn.msix[0]
config write fn.msix+2 2 0x8000
fire fn.msix[0]
-
reset
bring up fn1
config read fn.cmd 4
bring up fn

need fn2 bridge
need fn1 bridge
need fn1 below fn2
need fn below fn1
bring up fn
-
bus reset fn2
config read fn1.cmd 4
bring up fn1
config read fn.cmd 4
bring up fn
-
power fn2 d3
config read fn1.cmd 4
power fn2 d0
bring up fn
-
save
bus reset fn2
restore
config read fn1.cmd 4
-
bus reset fn1
bring up fn

bring up fn
${REGISTERS}
reset
config read fn.cmd 4
bring up fn

need fn pm
bring up fn
-
${REGISTERS}
power fn d3
config read fn.cmd 4
read fn.memory 4
power fn d0
config read fn.pm+4 4
bring up fn
read fn.memory 4
-
power fn d1
config read fn.pm+4 4
power fn d0
-
power fn d2
config read fn.pm+4 4
power fn d0
-
config set fn.pm+4 2 0x8
config clear fn.pm+4 2 0x8
-
config set fn.pm+4 2 0x8100
power fn d3
power fn d0
config clear fn.pm+4 2 0x100
bring up fn
`);

export const SNAPSHOT_RECIPES = recipes(`
bring up fn
-
save
move bar fn.memory to free 1
restore
read fn.memory 4
read fn.memory.former 4
-
decode off fn
move bar fn.memory to free 1 decode left-off
save
restore
decode on fn
read fn.memory 4
-
read fn.memory 4
save
decode off fn
restore
read fn.memory 4
-
config write fn.line 1 0x3c
select fn.cmd
save
select fn.bar0
restore
port read 0xcf8 4
port read 0xcfc 4

${MSIX}
-
save
program fn.msix[0] 1 order masked
restore
fire fn.msix[0]
-
fire fn.msix[0]
save
restore
fire fn.msix[0]
-
mask fn.msix[0]
fire fn.msix[0]
save
unmask fn.msix[0]
restore
read fn.pba 8
unmask fn.msix[0]
-
mask fn.msix[0]
fire fn.msix[0]
save
restore
unmask fn.msix[0]
-
save
config write fn.msix+2 2 0x0
restore
fire fn.msix[0]
-
config write fn.msix+2 2 0x0
save
config write fn.msix+2 2 0x8000
restore
fire fn.msix[0]
config write fn.msix+2 2 0x8000
fire fn.msix[0]
-
mask fn.msix[0]
save
fire fn.msix[0]
restore
unmask fn.msix[0]

${WITHOUT_MESSAGES}
raise fn
save
lower fn
restore
config read fn.status 2
lower fn

need fn virtio
bring up fn
ring fn
save
restore
config read fn.vendor 4
ring fn
write fn.notify 2 0x0
`);

export const SLOT_RECIPES = recipes(`
need fn slot
need fn1 below fn
plug fn1
bring up fn1
config write fn.pcie+0x1a 2 0x11f
-
unplug fn1
config read fn.pcie+0x18 4
config read fn.pcie+0x10 4
config read fn1.vendor 4
config write fn.pcie+0x1a 2 0x8
config read fn.pcie+0x18 4
config write fn.pcie+0x1a 2 0x100
plug fn1
config read fn.pcie+0x18 4
config write fn.pcie+0x1a 2 0x10
config write fn.pcie+0x1a 2 0x100
config read fn1.cmd 4
bring up fn1
read fn1.memory 4
-
config write fn1.line 1 0x44
config write fn1.msix+2 2 0x8000
unplug fn1
plug fn1
config read fn1.cmd 4
config read fn1.msix 4
config read fn1.bar0 4
bring up fn1
read fn1.memory 4
-
config set fn.pcie+0x18 2 0x400
config read fn1.vendor 4
read fn1.memory 4
config clear fn.pcie+0x18 2 0x400
config read fn1.cmd 4
bring up fn1
-
config write fn.pcie+0x1a 2 0x11f
unplug fn1
plug fn1
config write fn.pcie+0x1a 2 0x10
config write fn.pcie+0x1a 2 0x8
config write fn.pcie+0x1a 2 0x100
bring up fn1
-
config set fn.pcie+0x18 2 0x0
config read fn.pcie+0x18 4
config write fn.pcie+0x1a 1 0x10
config set fn.pcie+0x18 2 0x80
config read fn.pcie+0x18 4

need fn slot
need fn1 below fn
config write fn.msi+2 2 0x0
program fn.msi[0] 0
unmask fn.msi
bring up fn
config write fn.msi+2 2 0x1
config write fn.pcie+0x1a 2 0x11f
config set fn.pcie+0x18 2 0x28
unplug fn1
config write fn.pcie+0x1a 2 0x11f
plug fn1
config clear fn.pcie+0x18 2 0x28
config write fn.pcie+0x1a 2 0x11f

need fn slot
need fn1 below fn
${WITHOUT_MESSAGES}
plug fn1
config write fn.pcie+0x1a 2 0x11f
-
unplug fn1
config set fn.pcie+0x18 2 0x28
config write fn.pcie+0x1a 2 0x11f
plug fn1
config write fn.pcie+0x1a 2 0x11f
config clear fn.pcie+0x18 2 0x28
-
config set fn.pcie+0x18 2 0x28
unplug fn1
config read fn.pcie+0x18 4
config write fn.pcie+0x1a 2 0x11f
plug fn1
config clear fn.pcie+0x18 2 0x28
config write fn.pcie+0x1a 2 0x11f
-
config set fn.pcie+0x18 2 0x30
config write fn.pcie+0x1a 2 0x10
config write fn.pcie+0x1a 2 0x10
config clear fn.pcie+0x18 2 0x30

need fn1 slot
need fn below fn1
${WITHOUT_MESSAGES}
raise fn
unplug fn
plug fn
bring up fn

need fn1 slot
need fn below fn1
${MSIX}
-
fire fn.msix[0]
unplug fn
plug fn
bring up fn
program fn.msix[0] 1
unmask fn.msix[0]
config write fn.msix+2 2 0x8000
fire fn.msix[0]
-
mask fn.msix[0]
fire fn.msix[0]
unplug fn
plug fn
bring up fn
read fn.pba 4
unmask fn.msix[0]
-
unplug fn
fire fn.msix[0]
plug fn
bring up fn
config write fn.msix+2 2 0x8000
fire fn.msix[0]
program fn.msix[0] 0
unmask fn.msix[0]

need fn1 slot
need fn virtio
need fn below fn1
bring up fn
ring fn
unplug fn
write fn.notify 2 0x0
plug fn
bring up fn
ring fn
move bar fn.memory to free 1
move bar fn.wide to free 2
ring fn
write fn.notify.former 2 0x0
ring fn
`);
