/** What guests do with interrupts: set them up, mask, change and move them, switch mechanisms, and fall back to INTx. */

import { recipes } from './recipes.ts';

/** MSI-X from the beginning, as a driver sets it up. */
export const MSIX = `need fn msix 1
bring up fn
config write fn.msi+2 2 0x0
program fn.msix[0] 0
unmask fn.msix[0]
config write fn.msix+2 2 0x8000`;

/** The same with the function mask set meanwhile, as some systems do. */
const MSIX_MASKED_FIRST = `need fn msix 1
bring up fn
config write fn.msi+2 2 0x0
config write fn.msix+2 2 0xc000
program fn.msix[0] 0
unmask fn.msix[0]
config write fn.msix+2 2 0x8000`;

export const MSI = `need fn msi 1
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

export const INTERRUPT_RECIPES = recipes(`
${MSIX}
fire fn.msix[0]
mask fn.msix[0]
fire fn.msix[0]
read fn.pba 8
unmask fn.msix[0]
read fn.pba 8
fire fn.msix[0]

${MSIX}
mask fn.msix[0]
fire fn.msix[0]
program fn.msix[0] 1
unmask fn.msix[0]
fire fn.msix[0]

${MSIX}
fire fn.msix[0]
program fn.msix[0] 1
mask fn.msix[0]
unmask fn.msix[0]
fire fn.msix[0]

${MSIX}
mask fn.msix[0]
fire fn.msix[0]
unmask fn.msix[0] width 8

${MSIX}
mask fn.msix
fire fn.msix[0]
read fn.pba 8
unmask fn.msix
fire fn.msix[0]

${MSIX}
mask fn.msix
fire fn.msix[0]
program fn.msix[0] 1
config write fn.msix+2 2 0x8000
read fn.pba 8

${MSIX}
mask fn.msix
fire fn.msix[0]
config write fn.msix+2 2 0x0
config write fn.msix+2 2 0x8000
read fn.pba 8
fire fn.msix[0]

${MSIX}
mask fn.msix[0]
config write fn.msix+2 2 0x0
mask fn.msix[0]
config write fn.msix+2 2 0x8000
fire fn.msix[0]
unmask fn.msix[0]

${MSIX_MASKED_FIRST}
fire fn.msix[0]
fire fn.msix[1]

${MSIX_MASKED_FIRST}
program fn.msix[1] 1
unmask fn.msix[1]
fire fn.msix[1]
mask fn.msix[0]
fire fn.msix[0]
fire fn.msix[1]

${MSIX}
config write fn.msix+2 2 0x0
program fn.msix[0] 1
config write fn.msix+2 2 0x8000
mask fn.msix[0]
fire fn.msix[0]
read fn.table 4

${MSIX}
decode off fn space memory
fire fn.msix[0]
decode on fn
fire fn.msix[0]

${MSIX}
disable fn.master
fire fn.msix[0]
enable fn.master
fire fn.msix[0]

${MSIX}
power fn d3
fire fn.msix[0]
power fn d0
bring up fn
fire fn.msix[0]

need fn1 bridge
need fn below fn1
${MSIX}
disable fn1.master
fire fn.msix[0]
enable fn1.master
fire fn.msix[0]

${MSIX}
move bar fn.table-bar to free 0
read fn.table 4
fire fn.msix[0]

${MSIX}
mask fn.msix[0]
fire fn.msix[0]
move bar fn.table-bar to free 1
read fn.pba 8
unmask fn.msix[0]

${MSIX}
mask fn.msix[0]
mask fn.msix[2]
fire fn.msix[0]
fire fn.msix[2]
read fn.pba 8
read fn.pba+8 8
unmask fn.msix[0]
unmask fn.msix[2]

${MSIX}
config write fn.msix+3 1 0xc0
fire fn.msix[0]
config write fn.msix+3 1 0x80
config read fn.msix 4
fire fn.msix[0]

${MSIX}
decode off fn
config write fn.msix+2 2 0x0
config write fn.msix+2 2 0x8000
read fn.table-bar 4
decode on fn

${MSI}
fire fn.msi[0]
program fn.msi[0] 1
fire fn.msi[0]

${MSI}
fire fn.msi[0]
config write fn.msi 1 0xff
fire fn.msi[0]

${MSI}
config write fn.msi+1 1 0x0
config read fn.msi 4
fire fn.msi[0]
fire fn.msi[1]

${MSI}
fire fn.msi[0]
fire fn.msi[1]
fire fn.msi[3]
enable fn.msi count 1
fire fn.msi[1]
fire fn.msi[2]

${MSI}
enable fn.msi count 2
fire fn.msi[1]
fire fn.msi[2]
fire fn.msi[3]

${MSI}
mask fn.msi[0]
fire fn.msi[0]
config read fn.msi+20 4
unmask fn.msi[0]
fire fn.msi[0]

${MSI}
mask fn.msi[1]
fire fn.msi[1]
fire fn.msi[0]
unmask fn.msi[1]
fire fn.msi[1]

${MSI}
mask fn.msi
fire fn.msi[0]
fire fn.msi[1]
disable fn.msi
unmask fn.msi
enable fn.msi

${MSI}
mask fn.msi
program fn.msi[0] 1
fire fn.msi[0]
unmask fn.msi
fire fn.msi[0]

${MSI}
disable fn.msi
fire fn.msi[0]
enable fn.msi
fire fn.msi[0]

${MSI}
disable fn.master
fire fn.msi[0]
enable fn.master
fire fn.msi[0]

need fn1 bridge
need fn below fn1
${MSI}
disable fn1.master
fire fn.msi[0]
enable fn1.master
fire fn.msi[0]

${MSI}
power fn d3
fire fn.msi[0]
power fn d0
bring up fn
fire fn.msi[0]
`);

export const LINE_RECIPES = recipes(`
${WITHOUT_MESSAGES}
raise fn
config read fn.status 2
lower fn
raise fn
lower fn

${WITHOUT_MESSAGES}
raise fn
disable fn.intx
config read fn.status 2
enable fn.intx
lower fn

${WITHOUT_MESSAGES}
disable fn.intx
raise fn
config read fn.status 2
lower fn
enable fn.intx

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

${WITHOUT_MESSAGES}
config write fn.line 1 0x5
raise fn
config write fn.line 1 0xb
lower fn

need fn behind
${WITHOUT_MESSAGES}
raise fn
lower fn

need fn1 bridge
need fn below fn1
${WITHOUT_MESSAGES}
disable fn1.intx
raise fn
lower fn
enable fn1.intx

need fn msix 1
${WITHOUT_MESSAGES}
raise fn
config write fn.msix+2 2 0x8000
config write fn.msix+2 2 0x0
lower fn
raise fn
lower fn

need fn msi 1
${WITHOUT_MESSAGES}
raise fn
enable fn.msi
disable fn.msi
lower fn
raise fn
lower fn

need fn flr
${WITHOUT_MESSAGES}
raise fn
flr fn
lower fn

${WITHOUT_MESSAGES}
raise fn
power fn d3
power fn d0
lower fn

${WITHOUT_MESSAGES}
raise fn
save
lower fn
restore
config read fn.status 2
lower fn

need fn behind
${WITHOUT_MESSAGES}
raise fn
unplug fn
plug fn
`);
