/// Runs as the window and the commands see them: trainers as processes of their own, what their folders tell, a queue.
@NullMarked
package dev.gantry.app.run;

import org.jspecify.annotations.NullMarked;
