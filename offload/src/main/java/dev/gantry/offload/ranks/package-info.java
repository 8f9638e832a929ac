/// Data-parallel training over N ranks, with ZeRO sharding, to the bits of one rank.
@NullMarked
package dev.gantry.offload.ranks;

import org.jspecify.annotations.NullMarked;
