@NullMarked
package dev.gantry.app.run;

import org.jspecify.annotations.NullMarked;
