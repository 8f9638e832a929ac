@NullMarked
package dev.gantry.app.serving;

import org.jspecify.annotations.NullMarked;
