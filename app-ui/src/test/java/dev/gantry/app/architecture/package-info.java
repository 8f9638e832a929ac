@NullMarked
package dev.gantry.app.architecture;

import org.jspecify.annotations.NullMarked;
