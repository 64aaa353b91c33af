/** What drivers of virtio devices do, and what they should not. */

import { WITHOUT_MESSAGES } from './interrupt-recipes.ts';
import { recipes } from './recipes.ts';

/** A reset of the device, and a look at its first queue. */
const RESET = `write fn.common+0x14 1 0x0
read fn.common+0x14 1
read fn.common+0x12 2
write fn.common+0x16 2 0x0
read fn.common+0x18 2
read fn.common+0x1a 2
read fn.common+0x1c 2`;

export const VIRTIO_RECIPES = recipes(`
need fn virtio
bring up fn
activate fn
ring fn
-
ring fn queue 1
write fn.notify 2 0x0
write fn.notify 4 0x0
-
move bar fn.narrow to free 1
ring fn
-
move bar fn.wide to free 1
write fn.notify.former 2 0x0
ring fn
-
move bar fn.memory to free 1
ring fn
write fn.notify.former 4 0x0
-
decode off fn
write fn.notify 2 0x0
write fn.notify 4 0x0
decode on fn
ring fn
-
save
restore
write fn.notify 2 0x0
ring fn

need fn virtio
bring up fn
${RESET}
-
write fn.common+0x16 2 0x40
read fn.common+0x16 2
read fn.common+0x18 2
read fn.common+0x1a 2
write fn.common+0x1a 2 0x0
write fn.common+0x16 2 0x0
-
read fn.common+0x12 2
write fn.common+0x16 2 0x2
read fn.common+0x18 2
read fn.common+0x1a 2
write fn.common+0x16 2 0x3
read fn.common+0x16 2
write fn.common+0x1a 2 0x0
write fn.common+0x16 2 0x2
read fn.common+0x18 2
read fn.common+0x1a 2
write fn.common+0x16 2 0x0
-
write fn.common+0x1a 2 0x0
read fn.common+0x1a 2
write fn.common+0x1a 2 0x7fe
read fn.common+0x1a 2
write fn.common+0x10 2 0x800
read fn.common+0x10 2
-
write fn.common+0x20 4 0x12345000
write fn.common+0x24 4 0x1
read fn.common+0x20 4
read fn.common+0x24 4
-
write fn.common+0x2c 4 0x2
write fn.common+0x28 4 0x6000
read fn.common+0x2c 4
read fn.common+0x28 4
-
write fn.common+0x0 4 0x1
read fn.common+0x4 4
write fn.common+0x8 4 0x1
read fn.common+0x8 4
-
write fn.common+0x14 1 0x1
read fn.common+0x14 1
write fn.common+0x10 2 0x0
read fn.common+0x10 2
${RESET}
read fn.common+0x10 2
config read fn.cmd 4

need fn virtio
need fn flr
bring up fn
flr fn
bring up fn
read fn.common+0x12 2
read fn.common+0x10 2
write fn.common+0x16 2 0x0
read fn.common+0x18 2
read fn.common+0x1a 2
read fn.common+0x1c 2

need fn virtio
${WITHOUT_MESSAGES}
${RESET}
-
read fn.isr 1
raise fn
config read fn.cmd 4
read fn.isr 1
config read fn.cmd 4
read fn.isr 1
lower fn
-
activate fn
config read fn.cmd 4
read fn.isr 1
read fn.isr 1

need fn io-bar
need fn msix 1
need fn virtio
bring up fn
config write fn.msix+2 2 0x0
read fn.io+0x14 4
read fn.io+0x18 4
read fn.io+0x14 4
read fn.io+0x18 4
-
config write fn.msix+2 2 0x8000
read fn.io+0x14 4
read fn.io+0x18 4
config write fn.msix+2 2 0x0
read fn.io+0x14 4
read fn.io+0x18 4
-
config write fn.msix+3 1 0x80
read fn.io+0x14 2
write fn.io+0x14 2 0x0
read fn.io+0x14 2
config write fn.msix+3 1 0x0
read fn.io+0x14 4
read fn.io+0x18 4
-
write fn.io+0x12 1 0x0
read fn.io+0x12 1
write fn.io+0x12 1 0x3
write fn.io+0xe 2 0x0
read fn.io+0xc 2
write fn.io+0x8 4 0x1234
read fn.io+0x8 4
write fn.io+0x12 1 0x7
write fn.io+0x10 2 0x0
`);
