/// Writing tuned models for other programs, as the command and the window both do it.
@NullMarked
package dev.gantry.app.export;

import org.jspecify.annotations.NullMarked;
