/// Whether this machine is ready for Gantry: one check after the other, for the window and for `gantry doctor`.
@NullMarked
package dev.gantry.app.selftest;

import org.jspecify.annotations.NullMarked;
