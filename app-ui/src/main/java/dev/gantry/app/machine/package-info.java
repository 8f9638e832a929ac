/// What this machine can do: its parts, measured rates, native libraries and graphics cards.
@NullMarked
package dev.gantry.app.machine;

import org.jspecify.annotations.NullMarked;
