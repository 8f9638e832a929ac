@NullMarked
package dev.gantry.app.export;

import org.jspecify.annotations.NullMarked;
