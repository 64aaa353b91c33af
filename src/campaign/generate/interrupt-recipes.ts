/** What guests do with interrupts: set them up, mask, change and move them, switch mechanisms, and fall back to INTx. */

import { recipes } from './recipes.ts';

/** MSI-X from the beginning, as a driver sets it up. */
export const MSIX = `need fn msix 1
bring up fn
config write fn.msi+2 2 0x0
program fn.msix[0] 0
unmask fn.msix[0]
config write fn.msix+2 2 0x8000`;

const MSI = `need fn msi 1
bring up fn
config write fn.msix+2 2 0x0
config write fn.msi+2 2 0x0
program fn.msi[0] 0
enable fn.msi count 32`;

export const WITHOUT_MESSAGES = `need fn pin
bring up fn
config write fn.msi+2 2 0x0
config write fn.msix+2 2 0x0
enable fn.intx`;

const MSIX_MASKS = `-
mask fn.msix[0]
fire fn.msix[0]
unmask fn.msix[0]
fire fn.msix[0]
-
mask fn.msix[0]
fire fn.msix[0]
program fn.msix[0] 1
unmask fn.msix[0]
fire fn.msix[0]
-
mask fn.msix[0]
fire fn.msix[0]
unmask fn.msix[0] width 8
-
fire fn.msix[0]
program fn.msix[0] 2
mask fn.msix[0]
unmask fn.msix[0]
fire fn.msix[0]
-
mask fn.msix
fire fn.msix[0]
config write fn.msix+2 2 0x8000
fire fn.msix[0]
-
mask fn.msix
fire fn.msix[0]
config write fn.msix+2 2 0x0
config write fn.msix+2 2 0x8000
read fn.pba 8
fire fn.msix[0]
-
program fn.msix[1] 3
unmask fn.msix[1]
fire fn.msix[1]
mask fn.msix[1]
fire fn.msix[1]
fire fn.msix[0]
read fn.pba 8`;

const MSIX_GATES = `-
decode off fn space memory
fire fn.msix[0]
decode on fn
-
disable fn.master
fire fn.msix[0]
enable fn.master
fire fn.msix[0]
-
power fn d3
fire fn.msix[0]
power fn d0
-
config write fn.msix+2 2 0x0
fire fn.msix[0]
config write fn.msix+2 2 0xc000
unmask fn.msix[0]
config write fn.msix+2 2 0x8000
fire fn.msix[0]
-
config write fn.msix+2 2 0x0
mask fn.msix[0]
config write fn.msix+2 2 0x8000
unmask fn.msix[0]
fire fn.msix[0]
-
config write fn.msix+3 1 0xc0
fire fn.msix[0]
config write fn.msix+3 1 0x80
fire fn.msix[0]
-
config write fn.msix 4 0xc0000000
fire fn.msix[0]
config write fn.msix 4 0x80000000
fire fn.msix[0]
-
move bar fn.table-bar to free 0
read fn.table 4
fire fn.msix[0]
-
mask fn.msix[0]
fire fn.msix[0]
move bar fn.table-bar to free 1
read fn.pba 8
unmask fn.msix[0]
-
decode off fn
config write fn.msix+2 2 0x0
config write fn.msix+2 2 0x8000
read fn.table-bar 4
decode on fn`;

export const INTERRUPT_RECIPES = recipes(`
${MSIX}
${MSIX_MASKS}
${MSIX_GATES}

${MSIX}
${MSIX_MASKS}

need fn msix 34
${MSIX}
-
mask fn.msix[0]
mask fn.msix[32]
fire fn.msix[0]
fire fn.msix[32]
read fn.pba 8
read fn.pba+8 8
unmask fn.msix[0]
unmask fn.msix[32]

need fn1 bridge
need fn below fn1
${MSIX}
-
disable fn1.master
fire fn.msix[0]
enable fn1.master
fire fn.msix[0]
-
disable fn1.memory
fire fn.msix[0]
enable fn1.memory
-
power fn1 d3
fire fn.msix[0]
power fn1 d0
bring up fn
fire fn.msix[0]

${MSI}
-
fire fn.msi[0]
program fn.msi[0] 1
fire fn.msi[0]
-
fire fn.msi[0]
program fn.msi[0] 40
fire fn.msi[0]
fire fn.msi[0]
-
config write fn.msi 1 0xff
fire fn.msi[0]
-
config write fn.msi+1 1 0x0
fire fn.msi[0]
-
fire fn.msi[0]
fire fn.msi[1]
fire fn.msi[3]
-
enable fn.msi count 1
fire fn.msi[1]
fire fn.msi[2]
enable fn.msi count 32
-
enable fn.msi count 2
fire fn.msi[1]
fire fn.msi[2]
fire fn.msi[3]
-
config write fn.msi+2 2 0x0
fire fn.msi[0]
config write fn.msi+2 2 0x1
fire fn.msi[0]
-
config write fn.msi 4 0x0
config read fn.msi 4
config write fn.msi 4 0x710000
config read fn.msi 4
fire fn.msi[1]
-
disable fn.master
fire fn.msi[0]
enable fn.master
fire fn.msi[0]
-
power fn d3
fire fn.msi[0]
power fn d0
-
mask fn.msi
fire fn.msi[0]
fire fn.msi[1]
config write fn.msi+2 2 0x0
unmask fn.msi
enable fn.msi
-
mask fn.msi
program fn.msi[0] 1
fire fn.msi[0]
unmask fn.msi
fire fn.msi[0]
-
mask fn.msi[0]
fire fn.msi[0]
unmask fn.msi[0]
fire fn.msi[0]
-
mask fn.msi[1]
fire fn.msi[1]
fire fn.msi[0]
unmask fn.msi[1]
fire fn.msi[1]

need fn1 bridge
need fn below fn1
${MSI}
-
disable fn1.master
fire fn.msi[0]
enable fn1.master
fire fn.msi[0]
-
power fn1 d3
fire fn.msi[0]
power fn1 d0
bring up fn
fire fn.msi[0]
`);

export const LINE_RECIPES = recipes(`
${WITHOUT_MESSAGES}
-
raise fn
lower fn
raise fn
lower fn
-
raise fn
disable fn.intx
config read fn.status 2
enable fn.intx
lower fn
-
disable fn.intx
raise fn
config read fn.status 2
lower fn
enable fn.intx
-
config write fn.line 1 0x5
raise fn
config write fn.line 1 0xb
lower fn
-
raise fn
config write fn.msix+2 2 0x8000
config write fn.msix+2 2 0x0
lower fn
raise fn
lower fn
-
raise fn
config write fn.msi+2 2 0x1
config write fn.msi+2 2 0x0
lower fn
raise fn
lower fn
-
raise fn
flr fn
lower fn
-
raise fn
power fn d3
power fn d0
lower fn
-
raise fn
save
lower fn
restore
lower fn

need fn1 pin
need fn2 pin
need fn3 pin
${WITHOUT_MESSAGES}
bring up fn1
bring up fn2
bring up fn3
raise fn
raise fn1
raise fn2
raise fn3
lower fn
lower fn1
lower fn2
lower fn3

need fn1 pin
need fn1 beside fn
${WITHOUT_MESSAGES}
raise fn
raise fn1
lower fn
lower fn1

need fn1 bridge
need fn below fn1
${WITHOUT_MESSAGES}
-
raise fn
lower fn
-
disable fn1.intx
raise fn
lower fn
enable fn1.intx
-
raise fn
bus reset fn1
lower fn
-
raise fn
unplug fn
plug fn
`);
