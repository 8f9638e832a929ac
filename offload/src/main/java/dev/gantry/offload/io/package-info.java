/// Large blocks of files moved past the page cache: several requests in flight, every one checked, faults in plain
/// words.
@NullMarked
package dev.gantry.offload.io;

import org.jspecify.annotations.NullMarked;
