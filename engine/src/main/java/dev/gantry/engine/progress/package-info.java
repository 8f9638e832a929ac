/// How long work says how far it is and learns that it should stop; shown by a terminal bar or a window.
@NullMarked
package dev.gantry.engine.progress;

import org.jspecify.annotations.NullMarked;
